// Every parser and printer has a property, so that `npm run fuzz` gets to it.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./support/cli.js";

const sources = (pattern: string) =>
  globSync(`{packages,apps}/*/src/**/${pattern}`, { cwd: root })
    .concat(pattern.includes("test") ? globSync("tests/*.test.ts", { cwd: root }) : [])
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** Those that are a part of another, whose property is theirs. */
const partOf: Readonly<Record<string, string>> = {
  parseData: "loadTopology",
  parseDocument: "loadTopology",
  parseYaml: "loadTopology",
  printCentral: "renderTopology",
  printChassis: "renderTopology",
  printFile: "renderTopology",
  printLock: "printLockFile",
  printNftables: "renderTopology",
  printStatement: "printGobgp",
};

/** What they print is the project's own, and nobody else's words are in it. */
const ownWords = ["printCatalogue", "printTopologyModule"];

it("each is named by a test that is tagged `property`", () => {
  const properties = sources("*.test.ts").filter(({ text }) => text.includes('tags: "property"'));
  const names = sources("*.ts")
    .filter(({ file }) => !/\.test|test-support/.test(file))
    .flatMap(({ text }) => [...text.matchAll(/^export (?:async )?function ((?:parse|print)[A-Z]\w*)/gm)])
    .map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(50);
  const without = names.filter((name) => {
    const own = new RegExp(`\\b${partOf[name] ?? name}\\b`);
    return !ownWords.includes(name) && !properties.some(({ text }) => own.test(text));
  });
  expect(without).toEqual([]);
});
