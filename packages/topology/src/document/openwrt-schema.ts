import { parseRange } from "@nix-nos/ipam";
import { z } from "zod";
import { interfaceName, lineFree, secretFile, text } from "./text.js";

/** A name that UCI takes for a section: what is written here is what OpenWrt's own tools show. */
const uciName = text((value) => /^[A-Za-z0-9_]{1,32}$/.test(value), "letters, digits and `_`", {
  code: "NN1106",
  hint: "OpenWrt's UCI takes no other characters in names.",
});

const path = text(
  (value) => value.length <= 256 && /^[\w.:/@+-]+$/.test(value),
  "the path of a device in /sys/devices",
  {
    code: "NN1106",
    hint: "As `wifi config` writes it, for example platform/soc/18000000.wifi.",
  },
);

const radio = z
  .strictObject({
    path: path
      .describe("The radio's place in `/sys/devices`, as `wifi config` writes it.")
      .meta({ examples: ["platform/soc/18000000.wifi"] }),
    band: z
      .enum(["2g", "5g", "6g", "60g"])
      .describe("The band it works in.")
      .meta({ examples: ["5g"] }),
    channel: z
      .union([z.literal("auto"), z.int().min(1).max(233)])
      .default("auto")
      .describe("Channel; `auto` lets the radio choose.")
      .meta({ examples: ["auto", 36] }),
    htmode: text(
      (value) => /^(?:NOHT|HT(?:20|40[+-]?)|(?:VHT|HE)(?:20|40|80|160)|EHT(?:20|40|80|160|320))$/.test(value),
      "a channel width",
      {
        code: "NN1106",
        hint: "As HT20, VHT80, HE80 or EHT160.",
      },
    )
      .optional()
      .describe("Standard and channel width; default: the driver's.")
      .meta({ examples: ["HE80"] }),
    country: text((value) => /^[A-Z]{2}$/.test(value), "a country's code of two letters (ISO 3166-1)", {
      code: "NN1106",
    })
      .optional()
      .describe("Country whose rules the radio keeps (ISO 3166-1); default: the world's, with little power.")
      .meta({ examples: ["JP"] }),
    txPower: z
      .int()
      .min(0)
      .max(40)
      .optional()
      .describe("Transmission power in dBm; default: the most that the country allows.")
      .meta({ examples: [20] }),
  })
  .describe("A radio of the device.");

const wifi = z
  .strictObject({
    radio: uciName.describe("Name of an entry in `radios`.").meta({ examples: ["radio0"] }),
    interface: interfaceName
      .describe("The node's interface that stations come to: a bridge, a VLAN of one, or this network's own.")
      .meta({ examples: ["br0"] }),
    ssid: text((value) => /^.{1,32}$/u.test(value) && utf8Length(value) <= 32, "an SSID of 1 to 32 bytes", {
      code: "NN1106",
    })
      .describe("Name of the network (IEEE 802.11).")
      .meta({ examples: ["acme"] }),
    mode: z
      .enum(["ap", "sta"])
      .default("ap")
      .describe("`ap` is the network; `sta` is a station in another's.")
      .meta({ examples: ["ap"] }),
    encryption: z
      .enum(["none", "owe", "psk2", "psk-mixed", "sae", "sae-mixed"])
      .describe("`sae` is WPA3, `psk2` WPA2, `sae-mixed` both; `none` and `owe` have no key.")
      .meta({ examples: ["sae-mixed"] }),
    keyFile: secretFile.optional().describe("File on the node that holds the key."),
    hidden: z
      .boolean()
      .default(false)
      .describe("The name is not told to everybody.")
      .meta({ examples: [true] }),
    isolate: z
      .boolean()
      .default(false)
      .describe("Stations do not reach each other.")
      .meta({ examples: [true] }),
  })
  .describe("A wireless network.");

const dhcp = z
  .strictObject({
    range: text((value) => parseRange(value)?.first.family === "ipv4", "a range of IPv4 addresses, FIRST-LAST", {
      code: "NN1106",
    })
      .optional()
      .describe("Addresses for whoever asks; default: only nodes of the topology get theirs.")
      .meta({ examples: ["10.0.1.100-10.0.1.199"] }),
    leaseTime: z
      .int()
      .min(120)
      .max(31_536_000)
      .default(43_200)
      .describe("Seconds for which an address is given; default 12 hours.")
      .meta({ examples: [3600] }),
  })
  .describe("DHCP for the hosts on an interface.");

const portNumber = z.int().min(0).max(31);

const ethernetSwitch = z
  .strictObject({
    device: text((value) => /^[\w.-]{1,32}$/.test(value), "a switch's name, as `swconfig list` tells it", {
      code: "NN1106",
    })
      .default("switch0")
      .describe("Name of the switch, as `swconfig list` tells it.")
      .meta({ examples: ["switch0"] }),
    interface: interfaceName
      .default("eth0")
      .describe("The device's interface that leads to the switch.")
      .meta({ examples: ["eth0"] }),
    cpu: portNumber.describe("Number of the switch's port that this interface is on.").meta({ examples: [6] }),
    ports: z
      .record(interfaceName, portNumber)
      .describe("Number of each port by the name that the topology gives it: interfaces, and members of bridges.")
      .meta({ examples: [{ lan1: 1, lan2: 2, wan: 0 }] }),
  })
  .describe("A switch that only `swconfig` knows: nobody but its owner knows which of its ports is where.");

/** What only OpenWrt has. */
export const openwrt = z
  .strictObject({
    version: z
      .enum(["19.07", "21.02", "22.03", "23.05", "24.10", "25.12"])
      .optional()
      .describe(
        "Release that runs on the device, as text; default: the newest. 19.07 gets the syntax from before `config device` had bridges.",
      )
      .meta({ examples: ["19.07"] }),
    switch: ethernetSwitch.optional(),
    timezone: lineFree
      .min(3)
      .optional()
      .describe("Time zone in POSIX's words; default `UTC`.")
      .meta({ examples: ["CET-1CEST,M3.5.0,M10.5.0/3"] }),
    zonename: lineFree
      .min(1)
      .optional()
      .describe("Name of the time zone, for people.")
      .meta({ examples: ["Europe/Zurich"] }),
    radios: z.record(uciName, radio).optional().describe("Radios by name."),
    wifi: z.record(uciName, wifi).optional().describe("Wireless networks by name."),
    dhcp: z
      .record(interfaceName, dhcp)
      .optional()
      .describe(
        "Interfaces whose hosts get addresses from the node; nodes of the topology always the ones they have in it.",
      ),
  })
  .describe("Of a node with `platform: openwrt`: what only OpenWrt has.");

export type TopologyOpenwrt = z.output<typeof openwrt>;

function utf8Length(value: string): number {
  let length = 0;
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
