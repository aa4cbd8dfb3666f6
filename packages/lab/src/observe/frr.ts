import { askFrr } from "../daemons/frr.js";
import type { LabHost } from "../design/types.js";
import type { SessionReport } from "./bird-sessions.js";
import type { RouteReport } from "./route-report.js";

interface Peer {
  readonly state?: string;
  readonly peerUptimeEstablishedEpoch?: number;
  readonly pfxRcd?: number;
  readonly pfxSnt?: number;
}

interface Path {
  readonly aspath?: { readonly segments?: readonly { readonly type?: string; readonly list?: readonly number[] }[] };
  readonly sourced?: boolean;
  readonly bestpath?: { readonly overall?: boolean };
  readonly nexthops?: readonly { readonly ip?: string; readonly scope?: string; readonly accessible?: boolean }[];
  readonly metric?: number;
  readonly locPrf?: number;
  readonly community?: { readonly string?: string };
  readonly largeCommunity?: { readonly string?: string };
  readonly extendedCommunity?: { readonly string?: string };
  readonly peer?: { readonly peerId?: string };
}

/** Reads FRR's answer to `show bgp summary json`: the sessions by neighbour address, over all families. */
export function parseFrrSessions(answer: string): readonly SessionReport[] {
  const families: Readonly<Record<string, { readonly peers?: Readonly<Record<string, Peer>> }>> = JSON.parse(answer);
  const rows = Object.values(families).flatMap(({ peers }) => Object.entries(peers ?? {}));
  return [...new Set(rows.map(([name]) => name))].map((name) => {
    const own = rows.filter(([other]) => other === name).map(([, peer]) => peer);
    const state = own[0]?.state ?? "Down";
    const since = own[0]?.peerUptimeEstablishedEpoch ?? 0;
    return {
      name,
      established: state === "Established",
      state,
      since: since > 0 ? new Date(since * 1000).toISOString() : "",
      detail: "",
      received: own.reduce((total, { pfxRcd = 0 }) => total + pfxRcd, 0),
      sent: own.reduce((total, { pfxSnt = 0 }) => total + pfxSnt, 0),
    };
  });
}

/** Reads FRR's answer to `show bgp FAMILY unicast json detail`. */
export function parseFrrRoutes(answer: string): readonly RouteReport[] {
  const { routes = {} }: { readonly routes?: Readonly<Record<string, readonly Path[]>> } = JSON.parse(answer);
  return Object.entries(routes).flatMap(([prefix, paths]) =>
    // The first of a prefix's entries is about the prefix.
    paths.flatMap((path): readonly RouteReport[] => {
      if (path.peer === undefined) return [];
      const hops = (path.nexthops ?? []).filter(({ scope }) => scope !== "link-local");
      const texts = [path.community, path.largeCommunity, path.extendedCommunity].flatMap((own) =>
        (own?.string ?? "").split(/\s+/).filter(Boolean),
      );
      return [
        {
          prefix,
          protocol: path.sourced ? "local" : (path.peer.peerId ?? ""),
          source: path.sourced ? "static" : "BGP",
          primary: path.bestpath?.overall === true,
          unreachable: !path.sourced && hops.some(({ accessible }) => accessible === false),
          // Parts of a confederation are told to no neighbour outside (RFC 5065).
          asPath: (path.aspath?.segments ?? []).flatMap(({ type = "", list = [] }) =>
            type.includes("confed") ? [] : list,
          ),
          nextHop: path.sourced ? null : (hops[0]?.ip ?? null),
          localPref: path.locPrf ?? null,
          med: path.sourced ? null : (path.metric ?? null),
          onlyToCustomer: null,
          communities: texts.map(communityText).sort(),
        },
      ];
    }),
  );
}

const words: Readonly<Record<string, string>> = {
  internet: "0:0",
  "graceful-shutdown": "65535:0",
  blackhole: "65535:666",
  "no-export": "65535:65281",
  "no-advertise": "65535:65282",
  "local-AS": "65535:65283",
  "no-peer": "65535:65284",
};

/** A community of FRR's as the topology writes it. */
function communityText(shown: string): string {
  return words[shown] ?? shown.replace(/^RT:/, "rt:").replace(/^SoO:/, "ro:");
}

export async function frrSessions(id: string, host: LabHost): Promise<readonly SessionReport[]> {
  return parseFrrSessions(await askFrr(id, host, "show bgp summary json"));
}

/** Every route of BGP in the tables of a host's FRR. */
export async function frrRoutes(id: string, host: LabHost): Promise<readonly RouteReport[]> {
  const families = ["ipv4", "ipv6"].map((family) => askFrr(id, host, `show bgp ${family} unicast json detail`));
  return (await Promise.all(families)).flatMap(parseFrrRoutes);
}
