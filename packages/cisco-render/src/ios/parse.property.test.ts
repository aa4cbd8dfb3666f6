// Any configuration of a device: read, printed and read again it is the same, or it is refused.
import fc from "fast-check";
import { expect, it } from "vitest";
import { IosSyntaxError } from "./document.js";
import { parseIos } from "./parse.js";
import { printIos } from "./print.js";

const word = fc.constantFrom(
  ...["interface GigabitEthernet0/0", "router bgp 65000", "address-family ipv4", "exit-address-family", "!", "end"],
  ...[
    "no shutdown",
    "description a  b",
    "exit",
    "",
    "ip prefix-list x seq 5 permit 0.0.0.0/0",
    "\ttab",
    "banner motd ^C",
  ],
);
const line = fc.tuple(fc.nat(4), fc.oneof(word, fc.string({ unit: "binary", maxLength: 12 })));

it("is read the same after it was printed, or refused", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n"), (lines, end) => {
      let read: ReturnType<typeof parseIos>;
      try {
        read = parseIos(lines.map(([depth, text]) => " ".repeat(depth) + text).join(end));
      } catch (error) {
        return void expect(error).toBeInstanceOf(IosSyntaxError);
      }
      expect(parseIos(printIos(read))).toEqual(read);
    }),
    { numRuns: 1000 },
  );
});
