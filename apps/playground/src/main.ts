import { createAsker } from "./ask.js";
import { createEditor } from "./editor.js";
import type { Made, Result } from "./messages.js";
import type { Schema } from "./schema.js";
import { fromFragment, toFragment } from "./share.js";
import { byId, showFile, showFiles, showPicture, showProblems, showSessions } from "./show.js";

/** The repository's examples by name; `vite.config.ts` puts them here. */
declare const EXAMPLES: Readonly<Record<"seed" | "datacenter", string>>;

const examples: ReadonlyMap<string, string> = new Map(Object.entries(EXAMPLES));
const { seed } = EXAMPLES;

let schema: Schema | null = null;
/** What stands on the right: of the last topology without errors. */
let made: Made | null = null;

const ask = createAsker({
  schema: (given) => {
    schema = given;
  },
  result: (text, result) => {
    if (text === editor.text()) show(result);
  },
  failed: (reason) => setStatus(reason, true),
});
const editor = createEditor(
  byId("editor"),
  () => schema,
  () => {
    setStatus("working", false);
    ask(editor.text());
    void keepInAddress();
  },
);

function show({ diagnostics, made: now }: Result): void {
  editor.mark(diagnostics);
  showProblems(diagnostics, editor.goTo);
  if (now === null) {
    const errors = diagnostics.filter(({ severity }) => severity === "error").length;
    setStatus(`${errors} ${errors === 1 ? "error" : "errors"}; what is shown is from before`, true);
    return;
  }
  made = now;
  showPicture(now);
  showSessions(now);
  showFiles(now);
  setStatus(`${now.files.length} files, ${now.sessions.length} session ends`, false);
}

function setStatus(text: string, isBad: boolean): void {
  byId("status").textContent = text;
  byId("status").classList.toggle("bad", isBad);
}

/** The address always has the topology in it: a reload loses nothing, and no server sees it. */
async function keepInAddress(): Promise<void> {
  const text = editor.text();
  const fragment = await toFragment(text);
  if (text === editor.text()) history.replaceState(null, "", `#${fragment}`);
}

async function openAddress(): Promise<void> {
  const fragment = location.hash.slice(1);
  const text = fragment === "" ? seed : await fromFragment(fragment);
  if (text !== null) return editor.setText(text);
  editor.setText(seed);
  setStatus("The link holds no topology; this is an example.", true);
}

const list = byId<HTMLSelectElement>("example");
list.append(new Option("…", ""), ...[...examples.keys()].map((name) => new Option(name)));
list.addEventListener("change", () => {
  const text = examples.get(list.value);
  if (text !== undefined) editor.setText(text);
});
byId("share").addEventListener("click", async () => {
  await keepInAddress();
  await navigator.clipboard.writeText(location.href);
  setStatus("The link is in the clipboard.", false);
});
byId("view").addEventListener("change", () => made && showPicture(made));
byId("file").addEventListener("change", () => made && showFile(made));
const tabs = [...document.querySelectorAll<HTMLElement>("[role=tab]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      byId(each.getAttribute("aria-controls") ?? "").hidden = each !== tab;
    }
  });
}
addEventListener("hashchange", openAddress);
void openAddress();
