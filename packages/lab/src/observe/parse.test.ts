import { expect, it } from "vitest";
import { parseBirdRoutes } from "./bird-routes.js";
import { parseBirdSessions } from "./bird-sessions.js";
import { parseFrrRoutes, parseFrrSessions } from "./frr.js";
import { parseGobgpRoutes } from "./gobgp-routes.js";

// As BIRD 2.0.12 answers, without the codes.
const protocols = `Name       Proto      Table      State  Since         Info
device1    Device     ---        up     12:30:34.118  

bgp_node02 BGP        ---        up     12:30:39.100  Established   
  Description:    iBGP with node02
  BGP state:          Established
    Neighbor address: 10.0.1.11
  Channel ipv4
    State:          UP
    Routes:         3 imported, 1 filtered, 2 exported, 3 preferred
bgp_node03 BGP        ---        start  2026-11-24 12:30:34  Active        Socket: Connection refused
  BGP state:          Active
    Neighbor address: 10.0.1.12
    Last error:       Socket: Connection refused
  Channel ipv4
    State:          DOWN
`;

it("reads sessions with their state, age, routes and troubles", () => {
  expect(parseBirdSessions(protocols)).toEqual([
    {
      name: "bgp_node02",
      established: true,
      state: "Established",
      since: "12:30:39.100",
      detail: "",
      received: 3,
      sent: 2,
    },
    {
      name: "bgp_node03",
      established: false,
      state: "Active",
      since: "2026-11-24 12:30:34",
      detail: "Socket: Connection refused",
      received: 0,
      sent: 0,
    },
  ]);
});

const routes = `Table master4:
10.0.100.1/32        unreachable [vips_v4 12:30:34.118] * (250)
\tType: static univ
\tBGP.community: (65000,100)
                     unicast [bgp_node02 12:30:39.101 from 10.0.1.11] (100/0) [AS64496i]
\tvia 10.0.1.11 on eth0
\tType: BGP univ
\tBGP.origin: IGP
\tBGP.as_path: 64496 64497
\tBGP.next_hop: 10.0.1.11
\tBGP.med: 7
\tBGP.local_pref: 100
\tBGP.community: (65000,100) (65000,200)
\tBGP.large_community: (65000, 1, 1)
`;

it("reads every route of a prefix with its attributes", () => {
  expect(parseBirdRoutes(routes)).toMatchObject([
    { prefix: "10.0.100.1/32", protocol: "vips_v4", source: "static", primary: true, unreachable: true },
    {
      prefix: "10.0.100.1/32",
      protocol: "bgp_node02",
      source: "BGP",
      primary: false,
      unreachable: false,
      asPath: [64496, 64497],
      nextHop: "10.0.1.11",
      med: 7,
      localPref: 100,
      communities: ["65000:100", "65000:1:1", "65000:200"],
    },
  ]);
});

it("reads GoBGP's routes: what came by a session, and what was put in on the spot", () => {
  // As GoBGP 3.10 answers to `gobgp -j global rib`.
  const attrs = [
    { type: 1, value: 0 },
    {
      type: 2,
      as_paths: [
        { segment_type: 3, num: 1, asns: [65100] },
        { segment_type: 2, num: 2, asns: [65002, 65003] },
      ],
    },
    { type: 4, metric: 7 },
    { type: 5, value: 30 },
    { type: 8, communities: [4259840001] },
    { type: 32, value: [{ ASN: 65000, LocalData1: 1, LocalData2: 2 }] },
    { type: 3, nexthop: "10.0.0.2" },
  ];
  const local = { nlri: { prefix: "10.9.0.0/24" }, best: true, attrs: [{ type: 3, nexthop: "0.0.0.0" }], stale: false };
  const heard = { nlri: { prefix: "10.9.0.0/24" }, best: false, attrs, stale: false, "neighbor-ip": "10.0.0.2" };
  expect(parseGobgpRoutes(JSON.stringify({ "10.9.0.0/24": [local, heard] }))).toMatchObject([
    { prefix: "10.9.0.0/24", protocol: "local", source: "static", primary: true, asPath: [], nextHop: "0.0.0.0" },
    {
      protocol: "10.0.0.2",
      source: "BGP",
      primary: false,
      asPath: [65002, 65003],
      localPref: 30,
      med: 7,
      communities: ["65000:1", "65000:1:2"],
    },
  ]);
  expect(parseGobgpRoutes("\n")).toEqual([]);
});

it("reads FRR's routes: what came by a session, and what begins here", () => {
  // As FRR 8.4 answers to `show bgp ipv4 unicast json detail`.
  const about = { prefix: "10.9.0.0/24", version: 1 };
  const local = {
    aspath: { string: "Local", segments: [], length: 0 },
    metric: 0,
    sourced: true,
    local: true,
    bestpath: { overall: true },
    nexthops: [{ ip: "0.0.0.0", accessible: true }],
    peer: { peerId: "0.0.0.0" },
  };
  const heard = {
    aspath: {
      string: "(65100) 65002 65003",
      segments: [
        { type: "as-confed-sequence", list: [65100] },
        { type: "as-sequence", list: [65002, 65003] },
      ],
    },
    metric: 7,
    locPrf: 30,
    community: { string: "65000:1 blackhole" },
    largeCommunity: { string: "65000:1:2" },
    extendedCommunity: { string: "RT:65000:3" },
    nexthops: [{ ip: "10.0.0.2", scope: "global", accessible: false }],
    peer: { peerId: "10.0.0.2" },
  };
  expect(parseFrrRoutes(JSON.stringify({ routes: { "10.9.0.0/24": [about, local, heard] } }))).toMatchObject([
    { prefix: "10.9.0.0/24", protocol: "local", source: "static", primary: true, unreachable: false, asPath: [] },
    {
      protocol: "10.0.0.2",
      source: "BGP",
      primary: false,
      unreachable: true,
      asPath: [65002, 65003],
      nextHop: "10.0.0.2",
      localPref: 30,
      med: 7,
      communities: ["65000:1", "65000:1:2", "65535:666", "rt:65000:3"],
    },
  ]);
  expect(parseFrrRoutes("{}")).toEqual([]);
});

it("reads FRR's sessions, each once for all of its families", () => {
  // As FRR 8.4 answers to `show bgp summary json`.
  const up = { state: "Established", peerUptimeEstablishedEpoch: 1_700_000_000, pfxRcd: 2, pfxSnt: 3 };
  const answer = {
    ipv4Unicast: { peers: { "10.0.0.2": up, "10.0.0.3": { state: "Active", pfxRcd: 0, pfxSnt: 0 } } },
    ipv6Unicast: { peers: { "10.0.0.2": up } },
  };
  expect(parseFrrSessions(JSON.stringify(answer))).toMatchObject([
    { name: "10.0.0.2", established: true, since: "2023-11-14T22:13:20.000Z", received: 4, sent: 6 },
    { name: "10.0.0.3", established: false, state: "Active", since: "" },
  ]);
});
