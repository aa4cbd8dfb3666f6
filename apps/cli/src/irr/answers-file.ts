import { type IrrAnswers, parsePrefixRange } from "@nix-nos/topology";
import { z } from "zod";
import { type Beside, readBeside, writeBeside } from "../beside/beside.js";
import { ownerKey } from "../beside/name.js";
import { Failure, problem } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import type { SourceTexts } from "../load/read-source.js";
import { parseOrNull } from "../parse-or-null.js";

const kind = { ending: "irr.json", what: "record of registries' answers", code: "NN9053" } as const;

/** An AS number as routers know it; 0 is none. */
export const asNumber = z.int().min(1).max(4_294_967_295);

const answers = z.strictObject({
  version: z.literal(1),
  [ownerKey]: z.string().optional(),
  prefixSets: z.record(
    z.string(),
    z.strictObject({
      asked: z.string(),
      items: z.array(z.string().refine((text) => parsePrefixRange(text) !== null)).min(1),
    }),
  ),
  asSets: z.record(z.string(), z.strictObject({ asked: z.string(), items: z.array(asNumber).min(1) })),
});

/** The record of registries' answers beside a topology. */
export interface Irr extends Beside {
  readonly answers: IrrAnswers;
}

/**
 * Reads what registries last answered; standard input has no file beside it.
 *
 * @throws Failure NN9053
 */
export function readIrr(io: Io, topology: string, texts: SourceTexts): Irr | null {
  const beside = readBeside(io, topology, kind, texts);
  if (beside === null) return null;
  if (beside.text === null) return { ...beside, answers: { prefixSets: {}, asSets: {} } };
  const parsed = answers.safeParse(parseOrNull(beside.text));
  if (parsed.success) {
    const { prefixSets, asSets } = parsed.data;
    return { ...beside, answers: { prefixSets, asSets } };
  }
  const hint = "Take it back from version control, or delete it and run `nix-nos bgp irr TOPOLOGY`.";
  const message = `${beside.name} is no record that this version of nix-nos wrote${placeOf(parsed.error)}.`;
  throw new Failure([problem("NN9053", message, { hint })], exitCodes.failed);
}

/** Sorted, and one entry a line, so that version control shows what a registry changed. */
export function printIrr({ owner }: Beside, { prefixSets, asSets }: IrrAnswers): string {
  const sorted = <T>(map: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  const record = {
    version: 1,
    ...(owner !== null && { [ownerKey]: owner }),
    prefixSets: sorted(prefixSets),
    asSets: sorted(asSets),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** @throws Failure NN9053 */
export function writeIrr(irr: Irr, text: string): void {
  writeBeside(irr, kind, text);
}

function placeOf({ issues: [issue] }: z.ZodError): string {
  return issue === undefined || issue.path.length === 0 ? "" : `: \`${issue.path.join(".")}\` is wrong`;
}
