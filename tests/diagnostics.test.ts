// docs/diagnostics.md shows each code with a wrong and a right example; here both are run.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type Ran, run } from "../apps/cli/src/cli.test-support.js";
// @ts-expect-error: a plain script without types
import { exampleCodes, examplesFolder, readExample } from "../scripts/diagnostic-examples.mjs";
// @ts-expect-error: a plain script without types
import { diagnosticCodes } from "../scripts/diagnostics-page.mjs";
import { temporaryFolder } from "./support/cli.js";

interface Example {
  readonly words?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly wrong: readonly string[];
  readonly right: readonly string[];
  readonly expected: string;
}

const codes: readonly string[] = exampleCodes();
const examples = codes.map((code) => [code, readExample(code) as Example] as const);

it("there is an example of every code, and of nothing else", () => {
  expect(codes).toEqual(diagnosticCodes());
});

describe.each(examples.filter(([, { words }]) => words === undefined))("%s", (code, example) => {
  it("is what the wrong example gives, and nothing else; the right one gives nothing", async () => {
    const folder = realpathSync(temporaryFolder());
    for (const [path, text] of Object.entries(example.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const wrong = await runLines(folder, example.wrong);
    expect(new Set(codesIn(wrong.stderr))).toEqual(new Set([code]));
    expect(wrong.code === 0).toBe(!wrong.stderr.includes("error["));
    await expect(wrong.stderr.replaceAll(folder, "/home/you")).toMatchFileSnapshot(
      join(examplesFolder, code, "expected.txt"),
    );

    const right = await runLines(folder, example.right);
    expect(right).toMatchObject({ code: 0 });
    // What this version does not render yet it says of a right topology too.
    expect(codesIn(right.stderr).filter((found) => found === code || found !== "NN9017")).toEqual([]);
  });
});

it("in words, a code is explained with what is wrong and what is right", () => {
  const inWords = examples.filter(([, { words }]) => words !== undefined);
  for (const [code, { words = "" }] of inWords)
    expect([code, words]).toEqual([code, expect.stringMatching(/wrong[\s\S]*right/i)]);
  // The way out for what no command can provoke: it stays narrow.
  expect(inWords.map(([code]) => code)).toEqual(["NN4002", "NN4501", "NN4502", "NN9007", "NN9008", "NN9012"]);
});

it("the page shows every example whole", () => {
  const page = readFileSync(join(examplesFolder, "../../docs/diagnostics.md"), "utf8");
  for (const [code, { words, files, expected }] of examples) {
    expect([code, page.split(`\n### ${code}: `).length]).toEqual([code, 2]);
    const shown = words === undefined ? [...Object.values(files), expected] : [words];
    expect(shown.filter((text) => !page.includes(text.trimEnd()))).toEqual([]);
  }
});

/** Runs the lines one after the other, nix-nos in this process and all else in a shell; gives back the last one's. */
async function runLines(folder: string, lines: readonly string[]): Promise<Ran> {
  let last: Ran = { code: 0, stdout: "", stderr: "" };
  for (const line of lines) {
    expect(last, line).toMatchObject({ code: 0 });
    last = await runLine(folder, line);
  }
  return last;
}

async function runLine(folder: string, line: string): Promise<Ran> {
  const [command = ""] = line.split(/\s+#/);
  const call = /^(?:PATH=(?<path>\S+) )?nix-nos (?<args>[^<]*?)(?: < (?<input>\S+))?$/.exec(command.trimEnd())?.groups;
  if (call === undefined) {
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
    return { code: status ?? 1, stdout, stderr };
  }
  const { path, args = "", input } = call;
  return run(folder, args.split(" "), {
    ...(path !== undefined && { env: { ...process.env, PATH: path.replace("$PWD", folder) } }),
    ...(input !== undefined && { stdin: Readable.from([readFileSync(join(folder, input), "utf8")]) }),
  });
}

function codesIn(stderr: string): readonly string[] {
  return [...stderr.matchAll(/^(?:error|warning)\[([A-Z]{2}\d{4})\]/gm)].map(([, code = ""]) => code);
}
