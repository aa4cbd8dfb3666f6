import fc from "fast-check";
import { expect, it } from "vitest";
import { carve } from "./carve.js";
import { anyPrefix, prefix } from "./ipam.test-support.js";
import { addressBits, formatPrefix, type Prefix, subnets } from "./prefix.js";
import { overlaps } from "./relation.js";

const text = (own: Iterable<Prefix>) => Array.from(own, formatPrefix);

it("finds the networks that are free, aligned, whatever is taken around it", () => {
  const taken = ["10.0.0.128/25", "10.0.1.0/30", "192.0.2.0/24", "fd00::/8", "10.0.3.0/24"].map(prefix);
  expect(text(carve(prefix("10.0.0.0/22"), taken, 25))).toEqual([
    "10.0.0.0/25",
    "10.0.1.128/25",
    "10.0.2.0/25",
    "10.0.2.128/25",
  ]);
  expect(text(carve(prefix("10.0.0.0/22"), taken, 24))).toEqual(["10.0.2.0/24"]);
  expect(text(carve(prefix("10.0.0.0/22"), taken, 23))).toEqual([]);
  const [six] = carve(prefix("fd00::/8"), [prefix("fd00::/9")], 64);
  expect(six && formatPrefix(six)).toBe("fd80::/64");
  expect(text(carve(prefix("10.0.0.0/22"), [prefix("10.0.0.0/8")], 24))).toEqual([]);
});

it("refuses lengths that make no network within", () => {
  for (const length of [21, 33, 24.5, -1, Number.NaN])
    expect(text(carve(prefix("10.0.0.0/22"), [], length))).toEqual([]);
});

it("agrees with trying each network in order", { tags: "property" }, () => {
  fc.assert(
    fc.property(
      anyPrefix,
      fc.nat(5),
      fc.array(fc.tuple(fc.nat(5), fc.nat(31)), { maxLength: 8 }),
      (own, more, picks) => {
        const bits = addressBits(own.address.family);
        const within = (deeper: number, at: number) => {
          const all = [...subnets(own, Math.min(bits, own.length + deeper))];
          return all[at % all.length] ?? own;
        };
        const taken = picks.map(([deeper, at]) => within(deeper, at));
        const length = Math.min(bits, own.length + more);
        const free = [...subnets(own, length)].filter((each) => !taken.some((other) => overlaps(each, other)));
        expect(text(carve(own, taken, length))).toEqual(text(free));
      },
    ),
  );
});
