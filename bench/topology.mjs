// Generates a leaf-spine topology of about the size asked for: racks of two leaves and eighteen servers, one AS a
// rack with its leaves as reflectors, four spines, loopbacks, links and management addresses from pools, services on
// every tenth node.

const rackSize = 20;
const spineCount = 4;

/** A topology as plain data; the same for the same size. */
export function leafSpine(size) {
  const racks = Math.max(1, Math.round((size - spineCount) / rackSize));
  const nodes = {};
  const links = [];
  const autonomousSystems = {};
  const spines = Array.from({ length: spineCount }, (_, index) => `spine${index + 1}`);
  for (const spine of spines) nodes[spine] = { role: "spine", loopback: "auto" };
  autonomousSystems["4200000000"] = { members: spines, ibgp: "none" };

  let count = spineCount;
  for (let rack = 1; rack <= racks; rack++) {
    const size_ = rack === racks ? size - count : rackSize;
    const leaves = [`r${rack}-leaf1`, `r${rack}-leaf2`];
    const members = [...leaves];
    for (const [side, leaf] of leaves.entries()) {
      nodes[leaf] = { role: "leaf", loopback: "auto" };
      for (const [index, spine] of spines.entries()) {
        links.push({ between: [`${spine}:swp${(rack - 1) * 2 + side + 1}`, `${leaf}:up${index + 1}`], pool: "fabric" });
      }
    }
    for (let slot = 1; slot <= size_ - leaves.length; slot++) {
      const server = `r${rack}-node${slot}`;
      members.push(server);
      const isService = slot % 9 === 0;
      nodes[server] = {
        role: isService && rack <= 3 ? "control-plane" : "worker",
        loopback: "auto",
        ...(isService && { services: rack <= 3 ? ["chainfire", "fiberlb"] : ["fiberlb"] }),
      };
      for (const [side, leaf] of leaves.entries()) {
        links.push({ between: [`${leaf}:swp${slot}`, `${server}:eth${side + 1}`], pool: "fabric" });
      }
    }
    autonomousSystems[String(4200000000 + rack)] = {
      members,
      ibgp: { strategy: "route-reflector", reflectors: leaves },
    };
    count += size_;
  }
  return {
    "nix-nos": {
      name: `bench-${size}`,
      network: {
        pools: {
          mgmt: { prefixes: ["10.0.0.0/16"], gateway: "10.0.0.1" },
          loopbacks: { prefixes: ["10.255.0.0/16"] },
          fabric: { prefixes: ["10.64.0.0/12"], allocate: 31 },
        },
        links,
        bgp: {
          autonomousSystems,
          vipAdvertisements: { fiberlb: { vips: ["192.0.2.10", "192.0.2.11"], communities: ["65000:100"] } },
        },
      },
      clusters: { main: { defaults: { ip: { pool: "mgmt", interface: "eth0" } }, nodes } },
    },
    services: { fiberlb: { bgp: { enable: true } } },
  };
}

/** The same topology after somebody gave one of its servers another role. */
export function withOneNodeChanged(topology) {
  topology["nix-nos"].clusters.main.nodes["r1-node1"].role = "storage";
  return topology;
}
