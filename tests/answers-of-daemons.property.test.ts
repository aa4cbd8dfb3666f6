// Answers of daemons: whatever they say, reading them does no harm, and what is one of ours is found in it.
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseBirdRoutes } from "../packages/lab/src/observe/bird-routes.js";
import { parseBirdSessions } from "../packages/lab/src/observe/bird-sessions.js";
import { parseFrrRoutes, parseFrrSessions } from "../packages/lab/src/observe/frr.js";
import { parseGobgpRoutes } from "../packages/lab/src/observe/gobgp-routes.js";

const line = fc.oneof(
  fc.constantFrom(
    "Name       Proto      Table      State  Since         Info",
    "bgp_a BGP        ---        up     12:30:39.100  Established   ",
    "bgp_b BGP        ---        start  2026-11-24 12:30:34  Active        Socket: Connection refused",
    "  BGP state:          Established",
    "    Routes:         3 imported, 1 filtered, 2 exported, 3 preferred",
    "    Last error:       Socket: Connection refused",
    "10.0.0.1/32          unicast [bgp_a 12:00:00.000 from 10.0.0.1] * (100/0) [AS65001i]",
    "                     unreachable [static1 12:00:00.000] (200)",
    "\tType: BGP univ",
    "\tBGP.as_path: 65001 (65002 65003) 65004",
    "\tBGP.next_hop: fd00::1 fe80::1",
    "\tBGP.local_pref: x",
    "\tBGP.large_community: (65000, 1, 1) (65000,2,",
    "\tBGP.community: ",
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
);

it("any lines of BIRD are sessions and routes, or nothing", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const answer = lines.join("\n");
      for (const { name, established, state, received, sent } of parseBirdSessions(answer)) {
        expect(name).toMatch(/^\S+$/);
        expect(established).toBe(state === "Established");
        expect(received + sent).toBeGreaterThanOrEqual(0);
      }
      const heads = lines.flatMap((own) => own.split("\n")).filter((own) => / (unicast|unreachable) \[/.test(own));
      expect(parseBirdRoutes(answer).length).toBeLessThanOrEqual(
        heads.length + answer.split(/blackhole|prohibit/).length - 1,
      );
    }),
    { numRuns: 500 },
  );
});

it("GoBGP's routes have the words of BIRD's", { tags: "property" }, () => {
  const community = fc.nat(0xffff_ffff);
  fc.assert(
    fc.property(fc.ipV4(), fc.option(fc.ipV4()), fc.array(community), (prefix, neighbor, communities) => {
      const path = { best: true, "neighbor-ip": neighbor ?? undefined, attrs: [{ type: 8, communities }] };
      const [route] = parseGobgpRoutes(JSON.stringify({ [prefix]: [path] }));
      expect(route).toMatchObject({ prefix, protocol: neighbor ?? "local", primary: true, unreachable: false });
      expect(route?.communities).toEqual([...(route?.communities ?? [])].sort());
      expect(route?.communities).toHaveLength(communities.length);
    }),
  );
});

it("FRR's sessions are counted over all families, and its routes have the words of BIRD's", {
  tags: "property",
}, () => {
  const peer = fc.record({ state: fc.constantFrom("Established", "Idle"), pfxRcd: fc.nat(99), pfxSnt: fc.nat(99) });
  const list = fc.array(fc.nat(0xffff_ffff), { maxLength: 4 });
  fc.assert(
    fc.property(fc.ipV4(), peer, peer, list, list, (peerId, four, six, sequence, confederation) => {
      const summary = { ipv4Unicast: { peers: { [peerId]: four } }, ipv6Unicast: { peers: { [peerId]: six } } };
      const [session, ...others] = parseFrrSessions(JSON.stringify(summary));
      expect(session).toMatchObject({ name: peerId, state: four.state, received: four.pfxRcd + six.pfxRcd });
      expect(others).toEqual([]);
      const segments = [
        { type: "as-sequence", list: sequence },
        { type: "as-confed-sequence", list: confederation },
      ];
      const communities = sequence.map((number) => `${number >>> 16}:${number & 0xffff}`);
      const path = { aspath: { segments }, peer: { peerId }, community: { string: communities.join(" ") } };
      const [route] = parseFrrRoutes(JSON.stringify({ routes: { "10.0.0.0/24": [{ prefix: "10.0.0.0/24" }, path] } }));
      expect(route).toMatchObject({ prefix: "10.0.0.0/24", protocol: peerId, source: "BGP", asPath: sequence });
      expect(route?.communities).toEqual([...communities].sort());
    }),
  );
});
