// Makes every property run for a time instead of a number of runs: what a test says of runs and seeds holds in the
// suites, not here.
import type fastCheck from "fast-check";
import type { IRawProperty, Parameters } from "fast-check";
import { vi } from "vitest";

vi.mock("fast-check", async (original) => {
  const real = await original<{ default: typeof fastCheck }>();
  const forItsTime = {
    numRuns: Number.MAX_SAFE_INTEGER,
    maxSkipsPerRun: 1,
    interruptAfterTimeLimit: Number(process.env.FUZZ_SECONDS || 1) * 1000,
  };
  const assert = (property: IRawProperty<unknown>, { seed: _, ...own }: Parameters<unknown> = {}) =>
    real.default.assert(property, { ...own, ...forItsTime });
  return { ...real, assert, default: { ...real.default, assert } };
});
