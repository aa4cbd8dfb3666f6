import { unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { cluster, loaded } from "../network.test-support.js";
import { type PlannedCertificate, planCertificates } from "./plan.js";
import { certificateLifetime, type FoundCertificate, type RenewalTimes, renewalReason } from "./renewal.js";

const planOf = (text: string) => unwrap(planCertificates(loaded(text).network));

it("each service on each node has a certificate, each node has its own, and the operator a client's", () => {
  const { organization, certificates } = planOf(cluster("N1:chainfire iam", "-n2:"));
  expect(organization).toBe("nix-nos");
  expect(certificates.map(({ folder, installedIn }) => [folder, installedIn])).toEqual([
    ["nodes/N1/node", "/etc/nixos/secrets/tls/node"],
    ["nodes/N1/chainfire", "/etc/nixos/secrets/tls/chainfire"],
    ["nodes/N1/iam", "/etc/nixos/secrets/tls/iam"],
    ["nodes/n2/node", "/etc/nixos/secrets/tls/node"],
    ["operator", null],
  ]);
  const [, chainfire] = certificates;
  expect(chainfire).toMatchObject({
    subject: { commonName: "chainfire", organizationalUnit: "N1", organization: "lab" },
    dnsNames: ["n1", "localhost"],
    uses: ["server", "client"],
  });
  expect(certificates.at(-1)).toMatchObject({ uses: ["client"], dnsNames: [], addresses: [] });
});

it("names and addresses: all of the node's, and the VIPs of the service's own advertisement", () => {
  const { certificates } = planOf(`
nix-nos:
  name: acme
  domain: acme.example
  network:
    bgp:
      autonomousSystems: { "65000": { members: [n1, n2] } }
      vipAdvertisements:
        iam: { vips: [203.0.113.10, "2001:db8::10"], nodes: [n1] }
        fiberlb: { vips: [203.0.113.11], nodes: [n1, n2] }
  clusters:
    lab:
      nodes:
        n1:
          role: worker
          ip: 10.0.0.1
          loopback: 10.255.0.1
          services: [iam, chainfire]
          interfaces: { eth0: { addresses: [10.0.0.1/24, "fe80::1/64", "fd00::1/64"] }, eth1: { addresses: [192.0.2.1/31] } }
        n2: { role: worker, ip: "fd00::2", services: [iam] }
`);
  const found = (folder: string) => certificates.find((each) => each.folder === folder);
  expect(found("nodes/n1/iam")?.dnsNames).toEqual(["n1", "n1.acme.example", "iam", "iam.acme.example", "localhost"]);
  const own = ["10.0.0.1", "10.255.0.1", "fd00::1", "192.0.2.1"];
  const here = ["127.0.0.1", "::1"];
  expect(found("nodes/n1/iam")?.addresses).toEqual([...own, "203.0.113.10", "2001:db8::10", ...here]);
  expect(found("nodes/n1/chainfire")?.addresses).toEqual([...own, ...here]);
  expect(found("nodes/n2/iam")?.addresses).toEqual(["fd00::2", ...here]);
});

it("only NixOS nodes have certificates; where none is, a warning says so", () => {
  const text = "nix-nos: { clusters: { lab: { nodes: { e1: { role: edge, platform: openwrt, ip: 10.0.0.1 } } } } }";
  const { value, diagnostics } = planCertificates(loaded(text).network);
  expect(value?.certificates.map(({ folder }) => folder)).toEqual(["operator"]);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["PC3040", "warning"]]);
});

const day = 86_400_000;
const times: RenewalTimes = { now: 1000 * day, validFor: 365 * day, renewBefore: 30 * day, authorityEnds: 9000 * day };

function good(planned: PlannedCertificate, more: Partial<FoundCertificate> = {}): FoundCertificate {
  const { subject, dnsNames, addresses, uses } = planned;
  const lifetime = { notBefore: 900 * day, notAfter: 1265 * day };
  return { subject, dnsNames, addresses, uses, ...lifetime, isSignedByAuthority: true, hasItsKey: true, ...more };
}

it("a certificate is made anew for each reason, and for no other", () => {
  const [planned] = planOf(cluster("n1:chainfire")).certificates;
  if (planned === undefined) throw new Error("no certificate");
  const reason = (more: Partial<FoundCertificate>, at: Partial<RenewalTimes> = {}) =>
    renewalReason(planned, good(planned, more), { ...times, ...at });
  expect(reason({})).toBe(null);
  expect(reason({ addresses: [...planned.addresses].reverse() })).toBe(null);
  expect(renewalReason(planned, null, times)).toBe("it is damaged");
  expect(reason({ hasItsKey: false })).toBe("its key is another one's");
  expect(reason({ isSignedByAuthority: false })).toBe("another authority signed it");
  expect(reason({ dnsNames: ["n1"] })).toBe("names changed");
  expect(reason({ addresses: ["10.0.0.9", "127.0.0.1", "::1"] })).toBe("addresses changed");
  expect(reason({ addresses: planned.addresses.map(() => "::1") })).toBe("addresses changed");
  expect(reason({ uses: ["server"] })).toBe("its subject changed");
  expect(reason({ subject: { ...planned.subject, organization: "other" } })).toBe("its subject changed");
  expect(reason({ notAfter: times.now })).toBe("it has ended");
  expect(reason({ notBefore: times.now + 1 })).toBe("it is from the future");
  expect(reason({ notAfter: times.now + 30 * day })).toBe("it ends soon");
  expect(reason({ notAfter: times.now + 30 * day + 1 })).toBe(null);
  // A new one could not be good for longer.
  expect(reason({ notAfter: times.now + day }, { authorityEnds: times.now + day })).toBe(null);
});

it("no certificate is good for longer than its authority, and one just made is not due", { tags: "property" }, () => {
  const [planned] = planOf(cluster("n1:chainfire")).certificates;
  if (planned === undefined) throw new Error("no certificate");
  const time = (max: number) => fc.integer({ min: 2000, max });
  fc.assert(
    fc.property(time(9e12), time(9e10), time(9e10), time(9e10), (now, validFor, renewBefore, left) => {
      fc.pre(renewBefore < validFor);
      const at = { now, validFor, renewBefore, authorityEnds: now + left };
      const lifetime = certificateLifetime(at);
      expect(lifetime.notAfter).toBeLessThanOrEqual(at.authorityEnds);
      expect(lifetime.notBefore).toBeLessThan(now);
      // Seconds are whole, so one that is to be renewed less than a second after it was made is due at once.
      fc.pre(validFor - renewBefore > 1000);
      expect(renewalReason(planned, good(planned, lifetime), at)).toBe(null);
    }),
  );
});
