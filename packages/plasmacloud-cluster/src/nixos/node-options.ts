import type { OptionValue } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";

/** `services.NAME` of each service on a node, as options of the shipped modules. */
export function serviceOptions(
  placements: readonly Placement[],
  tls: boolean,
): { readonly [service: string]: OptionValue } {
  return Object.fromEntries(
    placements.map((placement) => [placement.service.name, { ...optionsOf(placement), ...tlsOption(tls) }]),
  );
}

/** First boot with a node's document, which the machine has in `/etc`. */
export function firstBootOptions(document: string, tls: boolean): { readonly [option: string]: OptionValue } {
  return {
    services: { "first-boot-automation": { enable: true, ...tlsOption(tls) } },
    environment: { etc: { "plasmacloud/cluster-config.json": { text: document } } },
  };
}

function tlsOption(tls: boolean): { readonly tls?: OptionValue } {
  return tls ? { tls: { enable: true } } : {};
}

function optionsOf({ service, settings, ports, openFirewall }: Placement) {
  const chosen = ports
    .filter(({ name, number }) => service.ports[name]?.number !== number)
    .map(({ name, number }) => [name, number] as const);
  return {
    enable: true,
    openFirewall,
    ...(chosen.length > 0 && { ports: Object.fromEntries(chosen) }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}
