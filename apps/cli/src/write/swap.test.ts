import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../cli.test-support.js";
import { swapIn } from "./swap.js";
import { findTarget } from "./target.js";

it("never shows a reader a moment without an output", async () => {
  const out = join(temporaryFolder(), "out");
  mkdirSync(out);
  const watch = `
    const { existsSync } = require("node:fs");
    const end = Date.now() + 60_000;
    process.stdout.write("ready");
    process.stdin.on("data", () => process.exit(0));
    const look = () => {
      for (let i = 0; i < 20_000; i++) if (!existsSync(${JSON.stringify(out)})) process.exit(1);
      if (Date.now() < end) setImmediate(look);
    };
    look();
  `;
  const child = spawn(process.execPath, ["-e", watch], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for (let round = 0; round < 100; round++) {
    const target = findTarget(out, []);
    mkdirSync(target.stage);
    await swapIn(target, new Set());
  }
  child.stdin.on("error", () => {});
  child.stdin.write("stop");
  expect(await ended).toBe(0);
});
