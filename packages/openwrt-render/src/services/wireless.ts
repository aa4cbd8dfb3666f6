import type { Radio } from "@nix-nos/topology";
import { isClassic } from "../network/classic.js";
import type { DeviceStack } from "../network/stack.js";
import { type UciSection, uciSection } from "../uci/document.js";

/** `/etc/config/wireless`: radios, and the networks on them. Keys are not here: a script at boot puts them in. */
export function wirelessSections({ node, sectionsOf, wireless }: DeviceStack): readonly UciSection[] {
  return [
    ...(node.openwrt?.radios ?? []).map((radio) =>
      uciSection("wifi-device", radio.name, {
        type: "mac80211",
        path: radio.path,
        ...bandOf(radio, node.openwrt?.version),
        channel: radio.channel,
        htmode: radio.htmode,
        country: radio.country,
        txpower: radio.txPower,
        disabled: false,
      }),
    ),
    ...(node.openwrt?.wifi ?? []).map((wifi) =>
      uciSection("wifi-iface", wifi.name, {
        device: wifi.radio,
        network: sectionsOf.get(wifi.interface)?.own ?? null,
        mode: wifi.mode,
        ifname: wireless.has(wifi.interface) ? wifi.interface : null,
        ssid: wifi.ssid,
        encryption: wifi.encryption,
        hidden: wifi.hidden ? true : null,
        isolate: wifi.isolate ? true : null,
      }),
    ),
  ];
}

function bandOf({ band }: Radio, version: string | null | undefined) {
  return isClassic(version) ? { hwmode: band === "2g" ? "11g" : "11a" } : { band };
}
