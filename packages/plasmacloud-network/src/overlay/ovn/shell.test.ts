import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { ovsdbString, shellCommand, shellWord } from "./shell.js";

const hostile = [
  "",
  "plain",
  "a b",
  "it's",
  "'; touch /tmp/x; '",
  "$(id)",
  "`id`",
  "\\",
  "a\nb",
  "~",
  "*",
  "#x",
  "!!",
  '"',
];

it.each(hostile)("the shell reads the word %j as it is", (text) => {
  expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
});

it("a command is one command, however many lines it has", () => {
  const text = shellCommand(["printf", "[%s]"], hostile, "  ");
  expect(execFileSync("sh", ["-c", text], { encoding: "utf8" })).toBe(hostile.map((word) => `[${word}]`).join(""));
});

it("OVSDB takes a value as a JSON string", () => {
  expect(ovsdbString('a,b="c"')).toBe('"a,b=\\"c\\""');
});
