/** Every diagnostic code of this package, explained. */
export const openwrtCodes = {
  NN6001: {
    title: "A name that OpenWrt cannot hold",
    explanation:
      "OpenWrt makes the device of a WireGuard or VXLAN interface from the name of its section in UCI, which takes letters, digits and `_` alone. Zones become chains of the firewall, whose names begin with a letter. These names are seen on the device, so they are not changed behind your back: choose another one. Names that nobody sees, as that of a VLAN's section, are made to fit (`eth0.5` becomes `eth0_5`).",
  },
  NN6002: {
    title: "What OpenWrt cannot do",
    explanation:
      "The node's platform is OpenWrt, whose network daemon (netifd) or DHCP server has no setting for what the message names. Nothing is left out in silence: take the key away, or do it otherwise.",
  },
  NN6003: {
    title: "A setting of OpenWrt on another platform",
    explanation:
      "`openwrt` on a node says what only OpenWrt has: radios, wireless networks, a DHCP server, a time zone. A node of another platform would do nothing of it. Say `platform: openwrt`, or take the key away.",
  },
  NN6004: {
    title: "A wireless network that cannot be",
    explanation:
      "A wireless network names one of the node's `radios` and one of its interfaces, and has a `keyFile` where its encryption has a key. WPA2, WPA3 and their mixtures have one; `none` and `owe` have none. In the 6 GHz band only `sae` and `owe` are allowed.",
  },
  NN6005: {
    title: "A DHCP server that would give out what is not its own",
    explanation:
      "A DHCP range lies in a network of its interface, and no address of it belongs to a node, a gateway or a pool: two givers of one address give it twice. Exclude the range from the pool, or choose another one.",
  },
  NN6006: {
    title: "An address without an interface",
    explanation:
      "The node has an `ip` that none of its interfaces carries, so the interface to configure is unknown and none is guessed: a wrong guess cuts the device off. Name the interface: `interfaces: { eth0: { addresses: [10.0.1.10/24] } }`.",
  },
  NN6007: {
    title: "What a switch behind swconfig cannot do",
    explanation:
      "`openwrt.switch` says that the ports of the device belong to a switch which the kernel sees as one interface. Each VLAN exists once on it, whichever bridge it was meant for; `swconfig` is told the ports of each by their numbers, and nothing else of a port. What the message names cannot be said to it.",
  },
  NN6010: {
    title: "Not carried over from a device",
    explanation:
      "`nix-nos import openwrt` reads a device's own configuration into a topology, and the topology has no way to say what the message names; or a secret was in it, which stays on the device in a file of its own. Everything else is carried over. Sections get the name of their device, as rendering names them.",
  },
  NN6011: {
    title: "Not a UCI file",
    explanation:
      "A file of `/etc/config` is read as OpenWrt's `uci` reads it, and that would refuse it, or silently pass over a part of it.",
  },
} as const;

/** A code that this package can report. */
export type OpenwrtCode = keyof typeof openwrtCodes;
