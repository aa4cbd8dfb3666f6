import { isIP } from "node:net";
import { irrQuestions, locateDiagnostics } from "@nix-nos/topology";
import { type Command, InvalidArgumentError } from "commander";
import { usageFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { printIrr, readIrr, writeIrr } from "../irr/answers-file.js";
import { findBgpq4 } from "../irr/bgpq4.js";
import { updateAnswers } from "../irr/update.js";
import { readDocument } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

interface Flags {
  readonly host?: string;
  readonly timeout: number;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addBgpIrr(bgp: Command, context: Context): void {
  const irr = topologyArgument(bgp.command("irr"))
    .description("ask routing registries, with bgpq4, for the sets that name an AS-SET; keep the answers")
    .option("--host <host[:port]>", "the IRRd server to ask, instead of the one that bgpq4 knows", parseHost)
    .option("--timeout <seconds>", "how long bgpq4 may take for one list", parseSeconds, 300)
    .option("--check", "ask, and write nothing; ends with 1 if the file would change")
    .option("--force", "take also an answer that lost more than half, or that is in doubt for another reason");
  jsonOption(irr).action(async (named: string | undefined, flags: Flags) => {
    const { io, texts } = context;
    const topology = requireTopology(named);
    const { document, sourceMap, said } = await readDocument(io, { topology, texts });
    const record = readIrr(io, topology, texts);
    if (record === null) throw usageFailure("NN9016", "Nothing can be kept beside standard input.", noFileHint);
    const questions = irrQuestions(document);
    const bgpq4 = {
      program: questions.length === 0 ? "" : findBgpq4(io.env),
      host: flags.host ?? null,
      timeout: flags.timeout * 1000,
      env: io.env,
    };
    const { answers, rows, diagnostics } = await updateAnswers(questions, record.answers, bgpq4, flags.force ?? false);
    const isEmpty = Object.keys({ ...answers.prefixSets, ...answers.asSets }).length === 0;
    const text = isEmpty && record.text === null ? null : printIrr(record, answers);
    if (!flags.check && text !== null) writeIrr(record, text);
    context.warn([...said, ...locateDiagnostics(diagnostics, sourceMap)]);
    if (flags.json) context.printJson(rows);
    else {
      const cells = rows.map((row) => [
        row.set,
        kinds[row.of],
        row.question,
        number(row.before),
        number(row.entries),
        row.outcome,
      ]);
      const table = rows.length === 0 ? "" : printTable(columns, cells, terminalWidth(io.stdout), ["question", "of"]);
      context.print(`${table}${count(rows.length, "question")}\n`);
    }
    if (diagnostics.some(({ code }) => code === "NN9051")) context.exit(exitCodes.failed);
    else if (diagnostics.length > 0 || (flags.check && text !== record.text)) context.exit(exitCodes.refused);
  });
}

const columns = ["set", "of", "question", "before", "entries", "answer"];
const kinds = { prefixSets: "prefixes", asSets: "AS numbers" };
const noFileHint = "Name the topology's file: the answers are kept beside it.";

function number(entries: number | null): string {
  return entries === null ? "none" : String(entries);
}

/** bgpq4 takes what is before the first colon for the host, so an IPv6 address has no way in. */
function parseHost(text: string): string {
  if (isIP(text) === 6 || text.startsWith("[")) {
    throw new InvalidArgumentError("bgpq4 takes no IPv6 address here: give a host name.");
  }
  const [, host = "", port] = /^([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host !== "" && (port === undefined || (Number(port) >= 1 && Number(port) <= 65535))) return text;
  throw new InvalidArgumentError("A server is HOST or HOST:PORT, as whois.example:4343.");
}

function parseSeconds(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number of seconds, from 1 to 9999.");
}
