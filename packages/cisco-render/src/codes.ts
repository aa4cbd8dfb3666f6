/** Every diagnostic code of this package, explained. */
export const ciscoCodes = {
  NN6101: {
    title: "A name or text that IOS cannot hold",
    explanation:
      "A line of IOS's configuration ends at a line break, `?` asks for help while it is typed, `!` begins a comment, only printable ASCII is kept, a description has at most 80 characters, a VLAN's name 32, and a line 254. Ports have IOS's own names: say under `cisco: { ports: { eth0: GigabitEthernet0/0/0 } }` which one is meant, each once. Nothing is cut or changed behind your back.",
  },
  NN6102: {
    title: "What a Cisco device cannot do",
    explanation:
      "The node's platform is `cisco-ios`, and IOS has no setting for what the message names, or this version writes none. Nothing is left out in silence: take the key away, or do it otherwise.",
  },
  NN6103: {
    title: "A setting of a Cisco device on another platform",
    explanation:
      "`cisco` on a node says what only a Cisco device has: the names of its ports. A node of another platform would do nothing of it. Say `platform: cisco-ios`, or take the key away.",
  },
  NN6104: {
    title: "A policy that IOS cannot say",
    explanation:
      "The node's sessions are IOS's, whose route-maps have no way to say what the term asks for or changes, or would do something else with it: IOS asks for what a route came with, and changes it when all is decided. Ask for it otherwise, or let a node with BIRD speak.",
  },
  NN6105: {
    title: "A zone on a Cisco device",
    explanation:
      "Zones say who gets in where, and this version writes no access lists for IOS: the device lets in and through whatever its own configuration allows. Protect it by hand, and take the zone away to say that it is meant.",
  },
} as const;

/** A code that this package can report. */
export type CiscoCode = keyof typeof ciscoCodes;
