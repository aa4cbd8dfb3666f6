import { z } from "zod";
import { interfaceName, ipv4Address, macAddress, vlanReference } from "./text.js";

const bondMode = z.enum([
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
]);

/** What a bond has that nobody says more of. */
export const bondDefaults = {
  mode: "active-backup",
  /** The kernel's own, 0, never looks at the link: a member with its cable out would go on losing packets. */
  miiMonitor: 100,
} as const;

const milliseconds = z.int().min(0).max(3_600_000);

/** What only a bond has. See the kernel's bonding.rst and systemd.netdev(5). */
export const bondKeys = {
  mode: bondMode
    .optional()
    .describe(`Of a \`bond\`: the bonding mode; default \`${bondDefaults.mode}\`.`)
    .meta({ examples: ["802.3ad"] }),
  lacpRate: z
    .enum(["slow", "fast"])
    .optional()
    .describe("Of a `bond` in mode `802.3ad`: how often the switch sends LACPDUs; default `fast`, each second.")
    .meta({ examples: ["slow"] }),
  transmitHashPolicy: z
    .enum(["layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4"])
    .optional()
    .describe("Of a `bond` that spreads by hash: what of a packet chooses its member; default `layer3+4`.")
    .meta({ examples: ["layer2+3"] }),
  miiMonitor: milliseconds
    .optional()
    .describe(
      `Of a \`bond\`: milliseconds between looks at its members' links; default ${bondDefaults.miiMonitor}, and 0 is never.`,
    )
    .meta({ examples: [100] }),
  upDelay: milliseconds
    .optional()
    .describe("Of a `bond`: milliseconds for which a member's link is up before it is used.")
    .meta({ examples: [200] }),
  downDelay: milliseconds
    .optional()
    .describe("Of a `bond`: milliseconds for which a member's link is down before it is left.")
    .meta({ examples: [200] }),
  minLinks: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Of a `bond` in mode `802.3ad`: members that must be up for the bond to be up; default 1.")
    .meta({ examples: [2] }),
  adSelect: z
    .enum(["stable", "bandwidth", "count"])
    .optional()
    .describe("Of a `bond` in mode `802.3ad`: which group of members is used.")
    .meta({ examples: ["bandwidth"] }),
  primary: interfaceName
    .optional()
    .describe("Of a `bond`: the member that is used whenever it is up.")
    .meta({ examples: ["eth2"] }),
  primaryReselect: z
    .enum(["always", "better", "failure"])
    .optional()
    .describe("Of a `bond` with a `primary`: when that one is used again after it came back; default `always`.")
    .meta({ examples: ["failure"] }),
  failOverMac: z
    .enum(["none", "active", "follow"])
    .optional()
    .describe("Of a `bond` in mode `active-backup`: whose MAC address it has.")
    .meta({ examples: ["active"] }),
  gratuitousArp: z
    .int()
    .min(0)
    .max(255)
    .optional()
    .describe("Of a `bond` in mode `active-backup`: announcements after a change of member; default 1.")
    .meta({ examples: [3] }),
  arpInterval: milliseconds
    .optional()
    .describe("Of a `bond`: milliseconds between ARP requests that watch its members, in place of `miiMonitor`.")
    .meta({ examples: [1000] }),
  arpTargets: z
    .array(ipv4Address)
    .min(1)
    .max(16)
    .optional()
    .describe("Of a `bond` with an `arpInterval`: whom it asks.")
    .meta({ examples: [["10.0.0.1"]] }),
  arpMissedMax: z
    .int()
    .min(1)
    .max(255)
    .optional()
    .describe("Of a `bond` with an `arpInterval`: answers that may fail to come; systemd 256 and later.")
    .meta({ examples: [3] }),
  packetsPerMember: z
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe("Of a `bond` in mode `balance-rr`: packets by one member before the next; 0 is any.")
    .meta({ examples: [1] }),
};

/** Seconds of 802.1D's timers; the kernel takes these ranges while the spanning tree protocol runs. */
const seconds = (min: number, max: number) => z.int().min(min).max(max);

const vlanList = z.array(vlanReference);

const bridgePort = z
  .strictObject({
    vlans: vlanList
      .optional()
      .describe("VLANs that the port carries, tagged: numbers, ranges, or names in `network.vlans`.")
      .meta({ examples: [["storage", 20, "30-39"]] }),
    pvid: z
      .union([z.literal("none"), vlanReference])
      .optional()
      .describe("VLAN of the port's untagged frames; default: the bridge's `pvid`; `none` drops such frames.")
      .meta({ examples: [10] }),
    cost: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe("Cost of the way through the port, to the spanning tree protocol.")
      .meta({ examples: [100] }),
    priority: z
      .int()
      .min(0)
      .max(63)
      .optional()
      .describe("Which of two ways of one cost is taken: the lower one; default 32.")
      .meta({ examples: [16] }),
    isolated: z
      .boolean()
      .optional()
      .describe("Frames do not pass between this port and other isolated ones.")
      .meta({ examples: [true] }),
    learning: z
      .boolean()
      .optional()
      .describe("Addresses behind the port are learned from what comes in; default: they are.")
      .meta({ examples: [false] }),
    hairpin: z
      .boolean()
      .optional()
      .describe("A frame may leave by the port that it came in by.")
      .meta({ examples: [true] }),
  })
  .describe("What one port of a bridge does.");

/** What only a bridge has. See systemd.netdev(5) and systemd.network(5). */
export const bridgeKeys = {
  stp: z
    .boolean()
    .optional()
    .describe("Of a `bridge`: the spanning tree protocol runs (IEEE 802.1D); default: it does not.")
    .meta({ examples: [true] }),
  priority: z
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe("Of a `bridge` with `stp`: the lowest becomes the root; default 32768.")
    .meta({ examples: [4096] }),
  forwardDelay: seconds(2, 30)
    .optional()
    .describe("Of a `bridge` with `stp`: seconds that a port listens and learns; default 15.")
    .meta({ examples: [4] }),
  helloTime: seconds(1, 10)
    .optional()
    .describe("Of a `bridge` with `stp`: seconds between its messages as root; default 2.")
    .meta({ examples: [2] }),
  maxAge: seconds(6, 40)
    .optional()
    .describe("Of a `bridge` with `stp`: seconds without a message before another root is sought; default 20.")
    .meta({ examples: [20] }),
  ageingTime: seconds(0, 1_000_000)
    .optional()
    .describe("Of a `bridge`: seconds for which a learned address is kept; default 300.")
    .meta({ examples: [300] }),
  multicastSnooping: z
    .boolean()
    .optional()
    .describe("Of a `bridge`: multicast goes only to ports that asked for it; default: it does.")
    .meta({ examples: [false] }),
  multicastQuerier: z
    .boolean()
    .optional()
    .describe("Of a `bridge`: it asks who wants multicast, where no router does.")
    .meta({ examples: [true] }),
  vlanFiltering: z
    .boolean()
    .optional()
    .describe("Of a `bridge`: each port carries only its own VLANs, as on a switch.")
    .meta({ examples: [true] }),
  pvid: z
    .union([z.literal("none"), vlanReference])
    .optional()
    .describe("Of a `bridge` with `vlanFiltering`: VLAN of untagged frames where a port says nothing; default 1.")
    .meta({ examples: [10, "none"] }),
  ports: z
    .record(interfaceName, bridgePort)
    .optional()
    .describe("Of a `bridge`: what its members do as ports, by their name.")
    .meta({ examples: [{ eth2: { vlans: ["storage"], pvid: 10 } }] }),
};

/** How the machine's port is told from others, whatever the kernel calls it. */
export const match = z
  .strictObject({
    macAddress: macAddress.describe("The port's permanent MAC address.").meta({ examples: ["52:54:00:12:34:56"] }),
  })
  .describe("Of an `ethernet`: the port that gets this name and these settings, instead of the one of this name.");
