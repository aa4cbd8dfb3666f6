import { sessionCells, sessionColumns } from "@nix-nos/bgp-gen";
import type { Diagnostic } from "@nix-nos/topology";
import type { Made } from "./messages.js";

type Child = Node | string;

/** An element; whatever the texts are, they stay texts. */
function element(name: string, properties: object, ...children: readonly Child[]): HTMLElement {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export function showProblems(diagnostics: readonly Diagnostic[], goTo: (diagnostic: Diagnostic) => void): void {
  const rows = diagnostics.map((diagnostic) => {
    const { code, severity, message, hint, line } = diagnostic;
    const text = `${line === undefined ? "" : `line ${line}: `}${message} ${hint ?? ""} [${code}]`;
    const button = element("button", { type: "button", className: severity, onclick: () => goTo(diagnostic) }, text);
    return element("li", {}, button);
  });
  byId("problems").replaceChildren(...rows);
}

export function showSessions({ sessions }: Made): void {
  const row = (cell: string, texts: readonly string[]) =>
    element("tr", {}, ...texts.map((text) => element(cell, {}, text)));
  const head = row("th", sessionColumns);
  const rows = sessions.map((each) => row("td", sessionCells(each)));
  byId("sessions").replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

/** Fills the list of files, and keeps the one that was chosen. */
export function showFiles({ files }: Made): void {
  const list = byId<HTMLSelectElement>("file");
  const chosen = files.findIndex(({ path }) => path === list.value);
  list.replaceChildren(...files.map(({ path }) => element("option", { value: path }, path)));
  list.selectedIndex = Math.max(0, chosen);
  showFile({ files });
}

export function showFile({ files }: Pick<Made, "files">): void {
  const { value } = byId<HTMLSelectElement>("file");
  byId("text").textContent = files.find(({ path }) => path === value)?.text ?? "";
}

/** The picture lives in a frame that may run nothing and reach nothing. */
export function showPicture({ pictures }: Made): void {
  const view = byId<HTMLSelectElement>("view").value === "physical" ? "physical" : "bgp";
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  const style = "<style>body{margin:0}svg{display:block;margin:auto;max-width:100%;height:auto}</style>";
  byId<HTMLIFrameElement>("drawing").srcdoc = `<!doctype html>${policy}${style}${pictures[view]}`;
}
