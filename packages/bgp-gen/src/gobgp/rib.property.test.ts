// GoBGP's answers, made of what they shall mean.
import { parseCommunity } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type GobgpPath, parseGobgpRib } from "./rib.js";

const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffff_ffff);
const path = fc.record({
  prefix: fc.oneof(
    fc.ipV4().map((address) => `${address}/32`),
    fc.ipV6().map((address) => `${address}/128`),
  ),
  neighbor: fc.option(fc.ipV4()),
  best: fc.boolean(),
  asPath: fc.array(uint32, { maxLength: 5 }),
  nextHop: fc.option(fc.ipV4()),
  localPref: fc.option(uint32),
  med: fc.option(uint32),
  standard: fc.array(fc.tuple(uint16, uint16), { maxLength: 3 }),
  large: fc.array(fc.tuple(uint32, uint32, uint32), { maxLength: 3 }),
});

it("a table is read as what was told to GoBGP", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.uniqueArray(path, { selector: ({ prefix }) => prefix, maxLength: 4 }), (paths) => {
      const table = Object.fromEntries(
        paths.map(({ prefix, neighbor, best, asPath, nextHop, localPref, med, standard, large }) => {
          const attrs = [
            {
              type: 2,
              as_paths: [
                { segment_type: 2, asns: asPath },
                { segment_type: 3, asns: [1] },
              ],
            },
            ...(nextHop === null ? [] : [{ type: 3, nexthop: nextHop }]),
            ...(med === null ? [] : [{ type: 4, metric: med }]),
            ...(localPref === null ? [] : [{ type: 5, value: localPref }]),
            { type: 8, communities: standard.map(([a, b]) => a * 65_536 + b) },
            { type: 32, value: large.map(([ASN, LocalData1, LocalData2]) => ({ ASN, LocalData1, LocalData2 })) },
          ];
          return [prefix, [{ best, ...(neighbor !== null && { "neighbor-ip": neighbor }), attrs }]];
        }),
      );
      const expected = paths.map(({ standard, large, ...rest }): GobgpPath => {
        const communities = [...standard, ...large].map((numbers) => numbers.join(":"));
        return { ...rest, communities };
      });
      const read = parseGobgpRib(JSON.stringify(table));
      expect(read).toEqual(expected);
      for (const { communities } of read) for (const each of communities) expect(parseCommunity(each)).not.toBeNull();
    }),
  );
});
