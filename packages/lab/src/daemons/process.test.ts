import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { endProcesses, identify, isAlive } from "./process.js";

it("ends the process that was recorded, and no other that has its number", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const own = identify(child.pid ?? 0);
  if (own === null) throw new Error("the process is not there");
  const stranger = { ...own, startedAt: `${Number(own.startedAt) - 1}` };
  expect([isAlive(own), isAlive(stranger)]).toEqual([true, false]);
  await endProcesses([stranger], "SIGKILL");
  expect(isAlive(own)).toBe(true);
  const gone = once(child, "exit");
  await endProcesses([own], "SIGKILL");
  await gone;
  expect(isAlive(own)).toBe(false);
});
