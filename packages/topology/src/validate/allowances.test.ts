import { expect, it, test } from "vitest";
import { checkAllowances } from "./allowances.js";

type Entry = string | { readonly ports: readonly string[]; readonly from: readonly string[] };

/** Places and covers of what is allowed already. */
function repeated(allow: readonly Entry[]) {
  return checkAllowances(allow, []).map(({ path, related }) => [path.join("."), related?.[0]?.path.join(".")]);
}

const some = (...ports: readonly string[]) => ({ ports, from: ["10.0.0.0/8", "fd00::/8"] });

test.each<[string, readonly Entry[], readonly (readonly string[])[]]>([
  ["apart", ["ssh", "23/tcp", "22/udp"], []],
  ["twice", ["ssh", "22/tcp"], [["1", "0"]]],
  ["inside a range behind it", ["ssh", "1-1024/tcp"], [["0", "1"]]],
  ["across two ranges, which neither covers", ["1-10/tcp", "5-15/tcp", "1-5/tcp"], [["2", "0"]]],
  ["one protocol of two", ["53/tcp", "dns"], [["0", "1"]]],
  ["for some what is open to all, in whichever order", [some("ssh"), "20-30/tcp"], [["0.ports.0", "1"]]],
  ["to all what is open to some", [some("1-100/tcp"), "ssh"], []],
  [
    "for the same senders in another order",
    [some("ssh"), { ports: ["ssh"], from: ["fd00::/8", "10.0.0.0/8"] }],
    [["1.ports.0", "0.ports.0"]],
  ],
  ["for others", [some("ssh"), { ports: ["ssh"], from: ["10.0.0.0/9"] }], []],
])("%s", (_what, allow, expected) => expect(repeated(allow)).toEqual(expected));

it("looks through every port of a long list once", () => {
  const all = Array.from({ length: 65_535 }, (_, index) => `${index + 1}/tcp`);
  expect(repeated(all)).toEqual([]);
  expect(repeated([...all, "1-65535/tcp"])).toHaveLength(65_535);
});
