import fc from "fast-check";
import { expect, it } from "vitest";
import { compareAddress } from "./address.js";
import { address, anyAddress, prefix } from "./ipam.test-support.js";
import { addressBits, networkOf, subnets } from "./prefix.js";
import { reverseName, reverseZones } from "./reverse-dns.js";

it("names an address as RFC 1035 and RFC 3596 do in their own examples", () => {
  expect(reverseName(address("10.2.0.52"))).toBe("52.0.2.10.in-addr.arpa");
  expect(reverseName(address("4321:0:1:2:3:4:567:89ab"))).toBe(
    "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa",
  );
});

it.each([
  ["0.0.0.0/0", ["in-addr.arpa"]],
  ["10.0.0.0/8", ["10.in-addr.arpa"]],
  ["172.16.0.0/14", ["16.172", "17.172", "18.172", "19.172"].map((name) => `${name}.in-addr.arpa`)],
  ["192.0.2.0/24", ["2.0.192.in-addr.arpa"]],
  ["192.0.2.128/25", ["128/25.2.0.192.in-addr.arpa"]],
  ["192.0.2.6/31", ["6/31.2.0.192.in-addr.arpa"]],
  ["192.0.2.6/32", ["6.2.0.192.in-addr.arpa"]],
  ["::/0", ["ip6.arpa"]],
  ["fd00::/8", ["d.f.ip6.arpa"]],
  ["2001:db8::/31", ["8.b.d.0.1.0.0.2.ip6.arpa", "9.b.d.0.1.0.0.2.ip6.arpa"]],
])("%s is covered by %j", (text, zones) => {
  expect(reverseZones(prefix(text))).toEqual(zones);
});

it("has every address of a network in exactly one of its zones, and no other zone's", { tags: "property" }, () => {
  fc.assert(
    fc.property(anyAddress, fc.nat(128), (own, at) => {
      const bits = addressBits(own.family);
      const length = at % (own.family === "ipv4" ? 25 : bits + 1);
      const zones = reverseZones(networkOf(own, length));
      const holding = zones.filter((zone) => reverseName(own) === zone || reverseName(own).endsWith(`.${zone}`));
      expect(holding).toHaveLength(1);
      expect(new Set(zones).size).toBe(zones.length);
      const [low, high] = length === 0 ? [] : [...subnets(networkOf(own, length - 1), length)];
      const first = networkOf(own, length).address;
      const other = low && compareAddress(low.address, first) === 0 ? high : low;
      if (other === undefined) return;
      expect(zones.some((zone) => reverseName(other.address).endsWith(`.${zone}`))).toBe(false);
    }),
  );
});
