import { spawn, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../cli.test-support.js";
import { takeGuard } from "./guard.js";

it("lets one process in at a time, and the next after it", () => {
  const folder = temporaryFolder();
  const guard = join(folder, "lock");
  const release = takeGuard(guard, "out");
  expect(() => takeGuard(guard, "out")).toThrow(`process ${process.pid}`);
  release();
  takeGuard(guard, "out")();
  expect(readdirSync(folder)).toEqual([]);
});

it("takes over from a process that is dead, and from one whose number another has now", () => {
  const folder = temporaryFolder();
  const guard = join(folder, "lock");
  const { pid } = spawnSync("true");
  for (const left of [`${pid} 123`, `${process.pid} 1`, "", "nonsense"]) {
    writeFileSync(guard, left);
    writeFileSync(`${guard}-${pid}`, left);
    // One that was killed while it put a dead one's guard aside.
    writeFileSync(`${guard}-stale-${pid}`, left);
    takeGuard(guard, "out")();
    expect(readdirSync(folder)).toEqual([]);
  }
});

it("waits for no one else's process: what lives keeps its guard", async () => {
  const guard = join(temporaryFolder(), "lock");
  const holder = spawn("sleep", ["60"]);
  onTestFinished(() => {
    holder.kill("SIGKILL");
  });
  const start = spawnSync("sh", ["-c", `sed 's/.*) //' /proc/${holder.pid}/stat | cut -d' ' -f20`], {
    encoding: "utf8",
  });
  writeFileSync(guard, `${holder.pid} ${start.stdout.trim()}`);
  expect(() => takeGuard(guard, "out")).toThrow(`process ${holder.pid}`);
});
