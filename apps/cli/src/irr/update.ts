import type { Diagnostic, IrrAnswer, IrrAnswers, IrrQuestion } from "@nix-nos/topology";
import { problem } from "../failure.js";
import { askBgpq4, type Bgpq4 } from "./bgpq4.js";
import { doubtOf } from "./doubt.js";

/** What became of one question. */
interface IrrRow {
  readonly set: string;
  readonly of: IrrQuestion["of"];
  readonly question: string;
  /** `refused`: it was answered, and the answer is not taken. `failed`: there was none. */
  readonly outcome: "new" | "changed" | "unchanged" | "refused" | "failed";
  /** Entries on record afterwards, and before; `null` for none. */
  readonly entries: number | null;
  readonly before: number | null;
}

export interface IrrUpdate {
  /** What is on record afterwards: of sets that the document has, and of no others. */
  readonly answers: IrrAnswers;
  readonly rows: readonly IrrRow[];
  /** NN9051 and NN9052, with the path of the set. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Asks every question, one after the other, as a registry may expect, and takes those answers that can be believed.
 *
 * @param force - takes also what is in doubt
 */
export async function updateAnswers(
  questions: readonly IrrQuestion[],
  known: IrrAnswers,
  bgpq4: Bgpq4,
  force: boolean,
): Promise<IrrUpdate> {
  const answers = { prefixSets: {}, asSets: {} } as Record<IrrQuestion["of"], Record<string, IrrAnswer>>;
  const rows: IrrRow[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const question of questions) {
    const { of, name, text } = question;
    const recorded: Readonly<Record<string, IrrAnswer>> = known[of];
    const before = Object.hasOwn(recorded, name) ? recorded[name] : undefined;
    const { items, fault } = await answerTo(question, before, bgpq4, force);
    const kept = fault === null ? { asked: text, items } : before;
    if (kept !== undefined) answers[of][name] = kept;
    if (fault !== null) diagnostics.push(fault);
    rows.push({
      set: name,
      of,
      question: text,
      outcome: fault === null ? outcomeOf(kept, before) : fault.code === "NN9051" ? "failed" : "refused",
      entries: kept?.items.length ?? null,
      before: before?.items.length ?? null,
    });
  }
  return { answers: answers as unknown as IrrAnswers, rows, diagnostics };
}

type Taken =
  | { readonly items: IrrAnswer["items"]; readonly fault: null }
  | { readonly items: null; readonly fault: Diagnostic };

async function answerTo(
  question: IrrQuestion,
  before: IrrAnswer | undefined,
  bgpq4: Bgpq4,
  force: boolean,
): Promise<Taken> {
  const { objects, path, text } = question;
  const comparable = before?.asked === text ? before.items : null;
  const stays = comparable === null ? "" : " The last good answer stays.";
  const what = objects.join(" ");
  const asked = await askBgpq4(bgpq4, question);
  if (asked.fault !== null) {
    const message = `No routing registry answered for ${what}: ${asked.fault}.${stays}`;
    return { items: null, fault: problem("NN9051", message, { path }) };
  }
  if (asked.items.length === 0) {
    const message = `The answer for ${what} is empty.${stays}`;
    const hint = "Is the name right, and is it in one of the sources? A set that is to be empty is a list: [].";
    return { items: null, fault: problem("NN9052", message, { path, hint }) };
  }
  const doubt =
    asked.complaint === null ? doubtOf(question, asked.items, comparable) : `bgpq4 says: ${asked.complaint}`;
  if (doubt === null || force) return { items: asked.items as IrrAnswer["items"], fault: null };
  const message = `The answer for ${what} is not taken: ${doubt}.${stays}`;
  const hint = "Look at what the registry says; `--force` takes it.";
  return { items: null, fault: problem("NN9052", message, { path, hint }) };
}

function outcomeOf(now: IrrAnswer | undefined, before: IrrAnswer | undefined): IrrRow["outcome"] {
  if (before === undefined) return "new";
  return JSON.stringify(now) === JSON.stringify(before) ? "unchanged" : "changed";
}
