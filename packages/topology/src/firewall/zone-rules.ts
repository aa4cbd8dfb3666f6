import { familyOf } from "@nix-nos/ipam";
import type { Allowance, Forwarding, Zone } from "../network/firewall.js";
import type { Workload } from "../network/workload.js";
import { portMatch } from "./needs.js";
import type { DnatRule, FirewallRule, ForwardRule, PortMatch } from "./types.js";

/** Ports of one protocol that are open, for senders of one family or of both. */
interface OpenPorts extends Pick<FirewallRule, "family" | "sources" | "why"> {
  readonly match: PortMatch;
}

/**
 * What a zone lets in to the node, and what the node may hand on in its own stead (DNAT): what it allows, and ports of
 * workloads. A zone that lets everything in needs no rule besides.
 */
export function zoneRules(zone: Zone, workloads: readonly Workload[]): readonly (OpenPorts & DnatRule)[] {
  if (zone.input === "accept") return [];
  const named = new Set(zone.workloads);
  const open = workloads.flatMap((workload) => {
    const ports = workload.ports.filter(({ zones }) => named.has(workload.name) || zones.includes(zone.name));
    return workloadRules({ ...workload, ports });
  });
  return [...eachPort(zone.allow), ...open].map((rule) => {
    return { zone: zone.name, ...rule, why: `zone ${zone.name}: ${rule.why}` };
  });
}

/** A workload's ports, open to anybody. */
export function workloadRules({ name, ports }: Pick<Workload, "name" | "ports">): readonly OpenPorts[] {
  return ports.map(({ node, protocol }) => {
    return { family: null, match: portMatch(protocol, node), sources: [], why: `workload ${name}` };
  });
}

/** What a zone that lets everything in lets the node hand on. */
export function openDnat({ name, input }: Zone): readonly DnatRule[] {
  return input === "accept" ? [{ zone: name, ...everything, why: `input of zone ${name}` }] : [];
}

/**
 * Where packets that come in by a zone may leave.
 *
 * @param forwardings - those from the zone
 * @param there - has the zones that the node has interfaces in
 */
export function forwardRules(
  { name, forward }: Zone,
  forwardings: readonly Forwarding[],
  there: ReadonlyMap<string, unknown>,
): readonly ForwardRule[] {
  const onward = forwardings
    .filter(({ to }) => there.has(to))
    .flatMap(({ from, to, allow }): readonly ForwardRule[] => {
      const why = `${from} to ${to}`;
      if (allow.length === 0) return [{ from, to, ...everything, why }];
      return eachPort(allow).map((rule) => ({ from, to, ...rule, why: `${why}: ${rule.why}` }));
    });
  if (forward !== "accept") return onward;
  return [...onward, { from: name, to: name, ...everything, why: `within ${name}` }];
}

const everything = { match: null, family: null, sources: [] } as const;

function eachPort(allow: readonly Allowance[]): readonly OpenPorts[] {
  return allow.flatMap(({ name, ports, sources }) =>
    ports.flatMap(({ protocol, ...range }): readonly OpenPorts[] => {
      const match: PortMatch = { kind: "ports", protocol, ports: [range] };
      if (sources.length === 0) return [{ match, family: null, sources, why: name }];
      return (["ipv4", "ipv6"] as const).flatMap((family) => {
        const own = sources.filter((source) => familyOf(source) === family);
        return own.length === 0 ? [] : [{ match, family, sources: own, why: name }];
      });
    }),
  );
}
