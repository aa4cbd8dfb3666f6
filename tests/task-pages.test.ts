// The task pages as a reader follows them: each file is written under the name that stands above it, each command is
// run, and each line that a page shows of an answer is one of it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nixNos, root, temporaryFolder } from "./support/cli.js";

const folder = join(root, "docs", "tasks");

interface Step {
  readonly kind: "file" | "commands" | "answer";
  /** Of a file. */
  readonly name: string;
  readonly lines: readonly string[];
}

function stepsOf(page: string): Step[] {
  const text = readFileSync(join(folder, page), "utf8");
  const blocks = text.matchAll(/(?:`(\S+)`[^`]*:\n\n)?^( *)```(yaml|sh|text)\n([\s\S]*?)^ *```/gm);
  return [...blocks].map(([, name = "", indent = "", language, body = ""]) => ({
    kind: language === "sh" ? "commands" : language === "yaml" ? "file" : "answer",
    name,
    lines: body
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(indent.length)),
  }));
}

const pages = readdirSync(folder).sort();

it("every page is among the tasks of the first page", () => {
  const index = readFileSync(join(root, "docs", "index.md"), "utf8");
  expect(pages.filter((page) => !index.includes(`(tasks/${page})`))).toEqual([]);
});

describe("tasks", () => {
  // A page is a dozen processes, one after the other.
  it.each(pages)("%s", { timeout: 120_000 }, (page) => {
    const cwd = temporaryFolder();
    let answer = "";
    for (const { kind, name, lines } of stepsOf(page)) {
      if (kind === "file" && name !== "") writeFileSync(join(cwd, name), `${lines.join("\n")}\n`);
      if (kind === "commands")
        answer = commandsOf(lines)
          .map((command) => run(command, cwd))
          .join("");
      if (kind === "answer") expect(answer.split("\n")).toEqual(expect.arrayContaining([...lines]));
    }
  });
});

function commandsOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("nix-nos "));
}

function run(command: string, cwd: string): string {
  const { status, stdout, stderr } = nixNos(command.split(" ").slice(1), { cwd });
  expect({ command, status, stderr: status === 0 ? "" : stderr }).toEqual({ command, status: 0, stderr: "" });
  return `${stdout}${stderr}`;
}
