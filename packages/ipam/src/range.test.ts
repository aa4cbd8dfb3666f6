import { describe, expect, it } from "vitest";
import { formatAddress } from "./address.js";
import { address, prefix } from "./ipam.test-support.js";
import { hostRange, isUsableHost, parseRange } from "./range.js";

describe("parseRange", () => {
  it.each([
    "",
    "-",
    "10.0.0.1",
    "10.0.0.1-",
    "-10.0.0.1",
    "10.0.0.2-10.0.0.1",
    "10.0.0.1-::1",
    "10.0.0.1 - 10.0.0.2",
    "10.0.0.1-10.0.0.2-10.0.0.3",
    "10.0.0.1-9",
  ])("refuses %j", (text) => {
    expect(parseRange(text)).toBeNull();
  });

  it("reads one address as well as all of them", () => {
    expect(parseRange("::1-::1")).toEqual({ first: address("::1"), last: address("::1") });
    expect(parseRange("0.0.0.0-255.255.255.255")?.last).toEqual(address("255.255.255.255"));
  });
});

describe("hostRange", () => {
  it.each([
    ["10.0.0.0/24", "10.0.0.1", "10.0.0.254"],
    ["10.0.0.0/30", "10.0.0.1", "10.0.0.2"],
    ["10.0.0.0/31", "10.0.0.0", "10.0.0.1"],
    ["10.0.0.7/32", "10.0.0.7", "10.0.0.7"],
    ["0.0.0.0/0", "0.0.0.1", "255.255.255.254"],
    ["fd00::/64", "fd00::1", "fd00::ffff:ffff:ffff:ffff"],
    ["fd00::/126", "fd00::1", "fd00::3"],
    ["fd00::/127", "fd00::", "fd00::1"],
    ["fd00::7/128", "fd00::7", "fd00::7"],
  ])("of %s runs from %s to %s", (network, first, last) => {
    const hosts = hostRange(prefix(network));
    expect([formatAddress(hosts.first), formatAddress(hosts.last)]).toEqual([first, last]);
  });

  it("is what isUsableHost answers by", () => {
    const usable = (network: string, text: string) => isUsableHost(prefix(network), address(text));
    expect(usable("10.0.0.0/24", "10.0.0.0")).toBe(false);
    expect(usable("10.0.0.0/24", "10.0.0.254")).toBe(true);
    expect(usable("10.0.0.0/24", "10.0.1.1")).toBe(false);
    expect(usable("10.0.0.0/31", "10.0.0.0")).toBe(true);
    expect(usable("fd00::/64", "fd00::")).toBe(false);
    expect(usable("::/0", "10.0.0.1")).toBe(false);
  });
});
