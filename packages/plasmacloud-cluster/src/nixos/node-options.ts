import type { OptionValue } from "@nix-nos/topology";
import { type FiberlbVip, fiberlb } from "@plasmacloud/network";
import type { Placement } from "../placement/placement.js";

/**
 * `services.NAME` of each service on a node, as options of the shipped modules.
 *
 * @param vips - those that FiberLB announces there, where it does
 */
export function serviceOptions(
  placements: readonly Placement[],
  tls: boolean,
  vips: readonly FiberlbVip[] | undefined,
): { readonly [service: string]: OptionValue } {
  return Object.fromEntries(
    placements.map((placement) => {
      const { name } = placement.service;
      const own = name === fiberlb.name && vips !== undefined ? fiberlbOptions(vips) : {};
      return [name, { ...optionsOf(placement), ...tlsOption(tls), ...own }];
    }),
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

/** What FiberLB announces on a node, as options of its module. */
function fiberlbOptions(vips: readonly FiberlbVip[]): { readonly bgp: OptionValue } {
  return {
    bgp: {
      enable: true,
      vips: vips.map(({ address, healthCheck }) => ({
        address,
        ...(healthCheck !== null && { healthCheck: defined(healthCheck) }),
      })),
    },
  };
}

/** Without what is not said, of which Nix knows no word. */
function defined(check: object): { readonly [key: string]: OptionValue } {
  return Object.fromEntries(Object.entries(check).filter(([, value]) => value !== undefined));
}
