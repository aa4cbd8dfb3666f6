import { unwrap } from "@nix-nos/topology";
import { expect, test } from "vitest";
import { plasmacloudCluster } from "../extension.js";
import { loaded } from "../network.test-support.js";

test("opens its services' ports to the cluster's networks, on nodes whose interfaces are in zones", () => {
  const text = `
nix-nos:
  network: { zones: { lan: {} } }
  clusters:
    lab:
      nodes:
        n1: { role: control-plane, ip: 10.0.0.1, services: [chainfire], interfaces: { e0: { addresses: [10.0.0.1/24], zone: lan } } }
        n2: { role: worker, ip: 10.0.1.2, services: [] }
        n3: { role: control-plane, ip: 10.0.1.3, services: [chainfire] }
services: { chainfire: { ports: { client: 4001 } } }
`;
  const { network, services } = loaded(text);
  const extended = unwrap(plasmacloudCluster.extend?.(network, services) ?? never());
  const sources = ["10.0.0.0/24", "10.0.1.2/32", "10.0.1.3/32"];
  expect(extended.firewall.openings).toMatchObject([
    { node: "n1", name: "ChainFire: client", protocol: "tcp", port: 4001, sources },
    { node: "n1", name: "ChainFire: peer", protocol: "tcp", port: 2380, sources },
  ]);
});

function never(): never {
  throw new Error("the extension has no extend");
}
