import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "./config.js";
import { temporaryFolder } from "./deployer.test-support.js";

it("takes files and programs as relative to the configuration, and bare names from PATH", () => {
  const folder = temporaryFolder();
  const file = join(folder, "deployer-config.json");
  const push = { install: ["./install.sh", "./{node}"], copy: ["rsync", "./a"], build: ["../build"] };
  writeFileSync(file, JSON.stringify({ data: "data", push }));
  const config = readConfig(file);
  expect(config.data).toBe(join(folder, "data"));
  expect(config.push.install).toEqual([join(folder, "install.sh"), "./{node}"]);
  expect(config.push.copy).toEqual(["rsync", "./a"]);
  expect(config.push.build).toEqual([join(folder, "..", "build")]);
});

it("says every mistake of a configuration, one a line", () => {
  const file = join(temporaryFolder(), "deployer-config.json");
  writeFileSync(file, JSON.stringify({ listen: { port: 70_000 }, unknown: 1, push: { build: ["{host}"] } }));
  expect(() => readConfig(file)).toThrow(
    /listen\.port[\s\S]*unknown[\s\S]*\{host\} is none of|\{host\} is none of[\s\S]*unknown/,
  );
});
