import { z } from "zod";
import { interfaceName, text } from "./text.js";

/** A kind in letters, then numbers; a sub-interface is made of a `vlan`, so it has no name here. */
const iosPort = /^[A-Z][A-Za-z-]{2,40}\d{1,5}(?:\/\d{1,3}){0,3}$/;

const port = text((value) => iosPort.test(value), "the name of a port of IOS", {
  code: "NN1106",
  hint: "In full, as `show ip interface brief` has it: GigabitEthernet0/0/1, Port-channel1, Loopback0.",
});

export const cisco = z
  .strictObject({
    ports: z
      .record(interfaceName, port)
      .optional()
      .describe(
        "IOS's name of each of the node's interfaces; `lo` is Loopback0, and a VLAN's is made of what it stands on.",
      )
      .meta({ examples: [{ eth0: "GigabitEthernet0/0/0" }] }),
  })
  .describe("Of a node with `platform: cisco-ios`: what only a Cisco device has.");

export type TopologyCisco = z.output<typeof cisco>;
