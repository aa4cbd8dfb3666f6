import type { EthernetSwitch } from "@nix-nos/topology";
import { type UciSection, uciSection } from "../uci/document.js";
import type { SwitchPlan } from "./switch.js";

/** `config switch` and `config switch_vlan`: ports by number, `t` after one whose frames are tagged. */
export function switchSections({ vlans }: SwitchPlan, { device }: EthernetSwitch): readonly UciSection[] {
  return [
    uciSection("switch", null, { name: device, reset: true, enable_vlan: true }),
    ...vlans.map(({ id, ports }, index) =>
      uciSection("switch_vlan", null, {
        device,
        // A place in the switch's table, which many have fewer of than there are VLANs.
        vlan: index + 1,
        vid: id,
        ports: ports.map(({ number, isTagged }) => `${number}${isTagged ? "t" : ""}`).join(" "),
      }),
    ),
  ];
}
