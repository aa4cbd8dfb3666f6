import fc from "fast-check";
import { expect, it } from "vitest";
import { line, word } from "../ios/document.js";
import { type Entry, shared } from "./shared.js";

const names = ["a", "b", "c"];

/** Entries of few kinds, so that many rows do the same; each goes on with one behind it. */
const someEntries = fc
  .array(
    fc.record({
      action: fc.constantFrom<Entry["action"]>("permit", "deny"),
      asked: fc.option(fc.constantFrom(...names)),
      set: fc.option(fc.constantFrom(...names)),
      distance: fc.option(fc.integer({ min: 1, max: 4 })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) =>
    all.map(({ action, asked, set, distance }, index): Entry => {
      const target = distance === null || action === "deny" ? all.length : index + distance;
      return {
        labels: [`entry ${index}`],
        action,
        lines: [
          ...(asked === null ? [] : [line`match community ${word(asked)}`]),
          ...(set === null ? [] : [line`set comm-list ${word(set)} delete`]),
        ],
        next: target < all.length ? `entry ${target}` : null,
      };
    }),
  );

/** What a route that has some of the communities meets on its way, and how it ends. */
function fate(entries: readonly Entry[], communities: ReadonlySet<string>): readonly string[] {
  const said: string[] = [];
  let index = 0;
  for (;;) {
    const entry = entries[index];
    if (entry === undefined) return [...said, "deny"];
    const asked = entry.lines.find(({ text }) => text.startsWith("match "))?.text.split(" ")[2];
    if (asked !== undefined && !communities.has(asked)) {
      index++;
      continue;
    }
    said.push(...entry.lines.map(({ text }) => text).filter((text) => text.startsWith("set ")));
    if (entry.next === null) return [...said, entry.action];
    const next = entries.findIndex(({ labels }) => labels.includes(entry.next ?? ""));
    expect(next).toBeGreaterThan(index);
    index = next;
  }
}

it("does to every route what it did, in no more entries", () => {
  fc.assert(
    fc.property(someEntries, fc.subarray(names), (entries, communities) => {
      const found = shared(entries);
      expect(found.length).toBeLessThanOrEqual(entries.length);
      expect(fate(found, new Set(communities))).toEqual(fate(entries, new Set(communities)));
    }),
    { numRuns: 2000 },
  );
});

it("has each row once that several go on with", () => {
  const deny: Entry = { labels: [], action: "deny", lines: [], next: null };
  const entries: readonly Entry[] = [
    { labels: [], action: "permit", lines: [line`match community ${word("a")}`], next: "x" },
    { labels: [], action: "permit", lines: [], next: "y" },
    { ...deny, labels: ["x"] },
    { ...deny, labels: ["y"] },
  ];
  expect(shared(entries).map(({ labels, next }) => [...labels, next])).toEqual([
    ["0", "2"],
    ["1", "2"],
    ["2", null],
  ]);
});
