// The small notations of a topology: what is written of data is read as that data, and any other text is refused.
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseAsNumber } from "./as-number.js";
import { parseAsPath } from "./as-path.js";
import { calendarFault } from "./calendar.js";
import { parseCommunity, parseCommunityPattern } from "./community.js";
import { parseServicePorts } from "./firewall-schema.js";
import { parsePrefixRange } from "./prefix-range.js";
import { parseAsRange, parseLinkEnd, parseMemory, parsePortMapping, parseVlanRange, parseVolume } from "./text.js";

const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffff_ffff);
const port = fc.integer({ min: 1, max: 65_535 });
const protocol = fc.constantFrom("tcp" as const, "udp" as const);
const pair = (max: number) =>
  fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max })).map(([a, b]) => (a < b ? [a, b] : [b, a]));

it("reads communities as they are written", { tags: "property" }, () => {
  fc.assert(
    fc.property(uint16, uint16, uint32, uint32, uint32, (a, b, x, y, z) => {
      expect(parseCommunity(`${a}:${b}`)).toEqual({ kind: "standard", asn: a, value: b });
      expect(parseCommunity(`${x}:${y}:${z}`)).toEqual({ kind: "large", asn: x, data1: y, data2: z });
      expect(parseCommunity(`rt:${a}:${x}`)).toEqual({ kind: "extended", type: "rt", asn: a, value: x });
      expect(parseCommunity(`soo:${x}:${b}`)).toEqual({ kind: "extended", type: "ro", asn: x, value: b });
      for (const text of [`${a}:${b}`, `${x}:${y}:${z}`, `rt:${a}:${x}`])
        expect(parseCommunityPattern(text)).toEqual(parseCommunity(text));
      expect(parseCommunityPattern(`${x}:${y}:*`)).toEqual({ kind: "large", asn: x, data1: y, data2: null });
    }),
  );
});

it("reads numbers and ranges as they are written, and none that is out of bounds", { tags: "property" }, () => {
  fc.assert(
    fc.property(uint32, pair(0xffff_ffff), pair(5000), fc.nat(2 ** 53), (as, [from, to], [low, high], any) => {
      const { number, fault } = parseAsNumber(String(as));
      expect(fault === null ? number : as).toBe(as);
      expect(parseAsRange(`${from}-${to}`)).toEqual({ min: from, max: to });
      expect(parseVlanRange(`${low}-${high}`)).toEqual((high ?? 0) > 4094 ? null : { min: low, max: high });
      for (const [unit, factor] of [
        ["", 1],
        ["K", 1024],
        ["G", 1024 ** 3],
      ] as const) {
        const bytes = any * factor;
        const isAmount = bytes >= 1024 ** 2 && Number.isSafeInteger(bytes) && any < 1e15;
        expect(parseMemory(`${any}${unit}`)).toBe(isAmount ? bytes : null);
      }
    }),
  );
});

it("reads ports, volumes and ends of links as they are written", { tags: "property" }, () => {
  const path = fc.stringMatching(/^(\/[a-z0-9._-]{1,8}){1,4}$/).filter((own) => !own.split("/").includes(".."));
  fc.assert(
    fc.property(port, port, protocol, path, path, fc.boolean(), (node, container, own, source, target, readOnly) => {
      expect(parsePortMapping(`${node}:${container}/${own}`)).toEqual({ node, container, protocol: own });
      const [first, last] = [Math.min(node, container), Math.max(node, container)];
      expect(parseServicePorts(`${first}-${last}/${own}`)).toEqual([{ protocol: own, first, last }]);
      expect(parseVolume(`${source}:${target}${readOnly ? ":ro" : ""}`)).toEqual({ source, target, readOnly });
      expect(parseLinkEnd(`n${node}:eth${container}`)).toEqual({ node: `n${node}`, interface: `eth${container}` });
    }),
  );
});

/** Pieces of all notations, in any order. */
const piece = fc.constantFrom(
  ...["1", "0", "64500", "4294967295", "65536", "-", ":", "*", "+", "/", "{", "}", ",", "[", "]", "^", "$", "(", ")"],
  ...["|", "?", ".", "..", " ", "_", "~", "rt", "soo", "tcp", "udp", "ro", "10.0.0.0/8", "::/0", "Mon", "Sun", "UTC"],
  ...["daily", "2027-02-31", "03:00", "*-*-01", "\n", "é", "__proto__", "constructor"],
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }),
);

it("no text does harm, and a fault has its place in it", { tags: "property" }, () => {
  fc.assert(
    fc.property(text, (own) => {
      const { pattern, fault } = parseAsPath(own);
      expect(pattern === null).toBe(fault !== null);
      if (fault !== null) {
        expect(fault.at).toBeGreaterThanOrEqual(1);
        expect(fault.at).toBeLessThanOrEqual(own.length + 1);
      }
      const range = parsePrefixRange(own);
      if (range !== null) {
        const { prefix, minLength, maxLength } = range;
        expect(parsePrefixRange(`${prefix}{${minLength},${maxLength}}`)).toEqual(range);
      }
      const why = calendarFault(own);
      expect(why === null || why.length > 0).toBe(true);
      const { number, fault: none } = parseAsNumber(own);
      expect(number === null).toBe(none !== null);
      for (const parse of [parseVlanRange, parseAsRange, parseVolume, parseMemory, parsePortMapping, parseLinkEnd])
        expect(parse(own)).not.toBeUndefined();
      for (const parse of [parseCommunity, parseCommunityPattern, parseServicePorts])
        expect(parse(own)).not.toBeUndefined();
    }),
    { numRuns: 3000 },
  );
});
