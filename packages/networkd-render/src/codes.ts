/** Every diagnostic code of this package, explained. */
export const networkdCodes = {
  NN4001: {
    title: "An address without an interface",
    explanation:
      "The node has an `ip` that none of its interfaces carries, so the interface to configure is unknown and no unit is guessed for it: a wrong guess cuts the machine off. Whatever configured that interface before goes on doing so. Name the interface: `interfaces: { eth0: { addresses: [10.0.1.10/24] } }`.",
  },
  NN4002: {
    title: "A value that a unit file cannot hold",
    explanation:
      "systemd-networkd reads one `Key=value` a line and has no way to write a line break, other control characters or an empty value, and an interface name goes into file names and patterns. Such a value is refused, because anything else would change what the rest of the file means. Use a plain value.",
  },
  NN4020: {
    title: "A key that the node's systemd does not know",
    explanation:
      "systemd-networkd passes over a key that it does not know, so what was asked for would not happen. `systemdVersion`, on the node or in the cluster's `defaults`, is the oldest systemd that the units are for: 257 where nothing is said, that of NixOS 25.05. What an older one has under another name is written so: `IPForward=` before 256.",
  },
} as const;

/** A code that this package can report. */
export type NetworkdCode = keyof typeof networkdCodes;
