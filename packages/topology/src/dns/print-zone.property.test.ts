// A zone's file, read back line by line: each record once, and nothing that no record says.
import fc from "fast-check";
import { expect, it } from "vitest";
import { printZone, ZoneError } from "./print-zone.js";
import type { DnsRecord } from "./zone.js";

const label = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
const name = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join(".")),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("", ".", "a..b", "a\n@ IN NS evil", "a;b", '"', "x".repeat(64), "0/26.2.0.192.in-addr.arpa"),
);
const record: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({ name, type: fc.constant("A" as const), address: fc.oneof(fc.ipV4(), fc.string()) }),
  fc.record({ name, type: fc.constant("AAAA" as const), address: fc.ipV6() }),
  fc.record({ name, type: fc.constant("PTR" as const), target: name }),
  fc.record({ name, type: fc.constant("SRV" as const), port: fc.nat(65_535), target: name }),
);

it("holds what it was given, or is refused whole", { tags: "property" }, () => {
  fc.assert(
    fc.property(name, fc.nat(0xffff_ffff), fc.array(record, { maxLength: 4 }), (origin, serial, records) => {
      let text: string;
      try {
        text = printZone({ origin, primary: "ns.example", contact: "hostmaster.example", serial, records });
      } catch (error) {
        return void expect(error).toBeInstanceOf(ZoneError);
      }
      const [, , soa, ...rest] = text.split("\n").slice(0, -1);
      expect(soa).toMatch(`${origin}. IN SOA ns.example. hostmaster.example. ${serial} `);
      const dataOf = (own: DnsRecord) => {
        if ("address" in own) return own.address;
        return own.type === "SRV" ? `0 0 ${own.port} ${own.target}.` : `${own.target}.`;
      };
      expect(rest).toEqual(records.map((own) => `${own.name}. IN ${own.type} ${dataOf(own)}`));
    }),
    { numRuns: 500 },
  );
});
