import { expect, it } from "vitest";
import { emptySpace, spaceOf, take } from "./free-space.js";

it("what touches is one interval, so that a full pool is as quick as an empty one", () => {
  const space = emptySpace();
  for (const at of [5n, 3n, 4n, 9n, 6n]) take(space, at, at + 1n);
  expect(space).toEqual({ starts: [3n, 9n], ends: [7n, 10n] });
  take(space, 0n, 9n);
  expect(space).toEqual({ starts: [0n], ends: [10n] });
});

it("intervals may come in any order and overlap", () => {
  const space = spaceOf([
    [8n, 9n],
    [1n, 6n],
    [2n, 3n],
    [6n, 7n],
  ]);
  expect(space).toEqual({ starts: [1n, 8n], ends: [7n, 9n] });
});
