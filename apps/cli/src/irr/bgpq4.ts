import { spawn } from "node:child_process";
import { familyOf } from "@nix-nos/ipam";
import { type IrrQuestion, parsePrefixRange } from "@nix-nos/topology";
import { z } from "zod";
import { toolFailure } from "../failure.js";
import type { Io } from "../io.js";
import { parseOrNull } from "../parse-or-null.js";
import { findTool } from "../tools.js";
import { asNumber } from "./answers-file.js";

/** Where and how long bgpq4 asks. */
export interface Bgpq4 {
  readonly program: string;
  /** `HOST` or `HOST:PORT`; `null` for the server that bgpq4 knows by itself. */
  readonly host: string | null;
  /** Milliseconds that one call may take. */
  readonly timeout: number;
  readonly env: Io["env"];
}

/** What came of a question. */
export type Asked =
  | {
      readonly fault: null;
      readonly items: readonly (string | number)[];
      /** What bgpq4 said of data that it left out; `null` when it had nothing to say. */
      readonly complaint: string | null;
    }
  | { readonly fault: string };

/** @throws Failure NN9013 where there is no bgpq4 */
export function findBgpq4(env: Io["env"]): string {
  const program = findTool("bgpq4", env);
  if (program !== null) return program;
  throw toolFailure(
    "NN9013",
    "Routing registries are asked with bgpq4, and there is none on this machine.",
    "Install it (Debian: apt install bgpq4); rendering needs only the answers that are kept beside the topology.",
  );
}

/** Asks a registry one question: for prefixes, once for each family. */
export async function askBgpq4(bgpq4: Bgpq4, question: IrrQuestion): Promise<Asked> {
  if (question.of === "asSets") return readAnswer(await run(bgpq4, numberArgs(question)), numbers);
  const answers: Extract<Asked, { fault: null }>[] = [];
  for (const family of ["ipv4", "ipv6"] as const) {
    const asked = readAnswer(await run(bgpq4, prefixArgs(question, family)), prefixesOf(family));
    if (asked.fault !== null) return asked;
    answers.push(asked);
  }
  return {
    fault: null,
    items: answers.flatMap(({ items }) => items),
    complaint: answers.find(({ complaint }) => complaint !== null)?.complaint ?? null,
  };
}

/** What bgpq4 calls its list; we look into it and nobody else. */
const listName = "set";

function numberArgs(question: IrrQuestion): readonly string[] {
  return ["-j", "-t", ...sourceArgs(question), "-l", listName, ...question.objects];
}

function prefixArgs(question: IrrQuestion, family: "ipv4" | "ipv6"): readonly string[] {
  const longest = question.maxLength[family];
  const inside = question.moreSpecifics[family];
  return [
    "-j",
    family === "ipv4" ? "-4" : "-6",
    "-A",
    ...(longest === null ? [] : ["-m", String(longest)]),
    ...(inside === null ? [] : ["-R", String(inside)]),
    ...sourceArgs(question),
    "-l",
    listName,
    ...question.objects,
  ];
}

function sourceArgs({ sources }: IrrQuestion): readonly string[] {
  return sources.length === 0 ? [] : ["-S", sources.join(",")];
}

const numbers = z.array(asNumber);

/** An entry of bgpq4's JSON, as the entry of a prefix set that it means. */
function prefixesOf(family: "ipv4" | "ipv6") {
  const longest = family === "ipv4" ? 32 : 128;
  const entry = z.strictObject({
    prefix: z.string(),
    exact: z.boolean(),
    "greater-equal": z.int().optional(),
    "less-equal": z.int().optional(),
  });
  const range = entry.transform(({ prefix, exact, "greater-equal": least, "less-equal": most }, context) => {
    const from = least ?? Number(prefix.split("/")[1]);
    const to = exact ? from : (most ?? longest);
    const whole = parsePrefixRange(`${prefix}{${from},${to}}`);
    if (whole !== null && familyOf(whole.prefix) === family) {
      return whole.prefix.endsWith(`/${to}`) ? whole.prefix : `${whole.prefix}{${from},${to}}`;
    }
    context.addIssue({ code: "custom", message: "no prefix" });
    return z.NEVER;
  });
  return z.array(range);
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no answer. */
  readonly fault: string | null;
}

/** No AS-SET of the world is larger. */
const maximumBytes = 256 * 1024 * 1024;

/** The questions' texts are words of the schema, which cannot begin with `-`, and no shell sees them. */
function run({ program, host, timeout, env }: Bgpq4, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, [...(host === null ? [] : ["-h", host]), ...args], {
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    let stderr = "";
    let bytes = 0;
    let stopped: string | null = null;
    const stop = (why: string) => {
      stopped ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(`bgpq4 was stopped after ${timeout / 1000} seconds`), timeout);
    const end = (fault: string | null) => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr, fault: stopped ?? fault });
    };
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maximumBytes) stop("bgpq4 gave more than 256 MiB, and was stopped");
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(0, 64 * 1024);
    });
    child.on("error", (error) => end(`bgpq4 cannot be started: ${error.message}`));
    child.on("close", (status, signal) => {
      end(status === 0 ? null : `bgpq4 says: ${inOneLine(stderr) || `nothing, and ends with ${signal ?? status}`}`);
    });
  });
}

function readAnswer(
  { stdout, stderr, fault }: Ran,
  list: z.ZodType<readonly string[]> | z.ZodType<readonly number[]>,
): Asked {
  if (fault !== null) return { fault };
  const answer = z.strictObject({ [listName]: list }).safeParse(parseOrNull(stdout));
  const complaint = complaintOf(stderr);
  if (answer.success) return { fault: null, items: answer.data[listName] ?? [], complaint };
  return { fault: complaint === null ? "bgpq4 gave no list" : `bgpq4 gave no list, and says: ${complaint}` };
}

/**
 * bgpq4 ends with 0 also where it could not read what a registry sent, and gives what is left. Members with a private
 * AS number are in many an AS-SET, and it is right to leave them out.
 */
function complaintOf(stderr: string): string | null {
  const rest = stderr.replaceAll(/^ERROR:\s*Invalid AS number: \d+$/gm, "");
  return inOneLine(rest) || null;
}

/** Whatever the registry sent stands in it. */
function inOneLine(text: string): string {
  const line = text
    .replaceAll(/^(?:FATAL )?ERROR:/gm, "")
    .replaceAll(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
