// Renders 1,000 OpenWrt devices and compares with netjsonconfig, the field's reference: `npm run bench` prints it.
// Each device has 4 interfaces, 2 VLANs, 2 radios with an SSID each, routes, a WireGuard peer, DHCP and a firewall.
// PYTHON names the interpreter whose netjsonconfig is measured in the same run, PYTHONPATH a checkout of it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { planBgp } from "@nix-nos/bgp-gen";
import { renderOpenwrt } from "@nix-nos/openwrt-render";
import { loadTopology, planFirewall, resolveTopology, unwrap } from "@nix-nos/topology";

/** Milliseconds that netjsonconfig was seen to need for such a device: for whoever has it not installed. */
const remembered = 19;
const size = Number(process.argv[2] ?? 1000);
const rounds = 7;

const before = netjsonconfig();
const text = JSON.stringify({ "nix-nos": topology(size) });
const whole = time(() => renderAll(text));
const { network, bgp } = read(text);
const rendering = time(() => bytesOf(network, bgp));
// The faster of the two counts, so that a busy moment does not flatter.
const measured = before === null ? null : Math.min(before, netjsonconfig() ?? before);
const reference = measured ?? remembered;

console.log(`\n${size} OpenWrt devices, ${(rendering.result / 2 ** 20).toFixed(1)} MiB of files, best of ${rounds}`);
for (const [what, { milliseconds }] of [
  ["from the network to files", rendering],
  ["from JSON text to files", whole],
]) {
  const each = milliseconds / size;
  console.log(
    `  ${what.padEnd(26)} ${each.toFixed(3)} ms a device, ${Math.round(reference / each)} times as fast as netjsonconfig`,
  );
}
console.log(
  measured === null
    ? `  netjsonconfig is not installed here: ${remembered} ms were measured elsewhere, so this is no ratio of one run`
    : `  netjsonconfig              ${measured.toFixed(1)} ms a device, without DHCP and firewall, in the same run`,
);

/** Milliseconds a device, or `null` where it is not installed. */
function netjsonconfig() {
  const script = fileURLToPath(new URL("reference.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.env.PYTHON ?? "python3", [script, "100"], { encoding: "utf8" });
  if (status === 0) return Number(stdout);
  if (status !== 3 && status !== null) throw new Error(stderr);
  return null;
}

function read(source) {
  const { document } = unwrap(loadTopology({ file: "bench.json", format: "json", text: source }));
  const resolved = unwrap(resolveTopology(document));
  return { network: resolved, bgp: unwrap(planBgp(resolved)) };
}

function renderAll(source) {
  const all = read(source);
  return bytesOf(all.network, all.bgp);
}

function bytesOf(network, bgp) {
  let bytes = 0;
  for (const { text: file } of unwrap(renderOpenwrt(network, { bgp, firewall: unwrap(planFirewall(network, bgp)) })))
    bytes += Buffer.byteLength(file);
  return bytes;
}

/** Processor time, all threads': what else the machine does is not counted. */
function time(job) {
  let best = Number.POSITIVE_INFINITY;
  let result;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    result = job();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return { milliseconds: best, result };
}

function topology(count) {
  const nodes = {};
  for (let index = 0; index < count; index++) nodes[`r${index}`] = device(index);
  return {
    domain: "bench.example",
    network: {
      vlans: { guest: { id: 20 }, iot: { id: 30 } },
      zones: {
        lan: { input: "accept", forward: "accept" },
        guest: { allow: ["dns"] },
        wan: { masquerade: true, allow: [{ ports: ["ssh"], from: ["198.51.100.0/24"] }] },
      },
      forwardings: [
        { from: "lan", to: "wan" },
        { from: "guest", to: "wan", allow: ["https", "53/udp"] },
      ],
    },
    clusters: { bench: { nodes } },
  };
}

function device(index) {
  const own = `10.${Math.floor(index / 250)}.${index % 250}`;
  const tunnel = `10.200.${Math.floor(index / 250)}.${index % 250}`;
  return {
    role: "edge",
    platform: "openwrt",
    interfaces: {
      wan: { dhcp: true, zone: "wan" },
      "br-lan": {
        kind: "bridge",
        members: ["lan1", "lan2", "lan3"],
        vlanFiltering: true,
        ports: { lan3: { vlans: ["guest", "iot"] } },
        addresses: [`${own}.1/26`],
        zone: "lan",
      },
      guest: { kind: "vlan", parent: "br-lan", vlan: "guest", addresses: [`${own}.65/26`], zone: "guest" },
      iot: {
        kind: "vlan",
        parent: "br-lan",
        vlan: "iot",
        addresses: [`${own}.129/26`],
        zone: "guest",
        routes: [
          { to: "10.250.0.0/16", via: `${own}.130` },
          { to: "10.251.0.0/16", via: `${own}.131`, metric: 10 },
        ],
      },
      wg0: {
        kind: "wireguard",
        addresses: [`${tunnel}/32`],
        privateKeyFile: "/etc/nix-nos/wg0.key",
        port: 51820,
        peers: [
          {
            publicKey: "dGhpcyBpcyBub3QgYSByZWFsIGtleSBhdCBhbGwhIQA=",
            allowedIps: ["10.200.0.0/16"],
            endpoint: "hub.bench.example:51820",
            persistentKeepalive: 25,
          },
        ],
      },
    },
    openwrt: {
      timezone: "CET-1CEST,M3.5.0,M10.5.0/3",
      radios: {
        radio0: { path: "platform/soc/18000000.wifi", band: "2g", channel: 6, htmode: "HE20", country: "CH" },
        radio1: { path: "platform/soc/18000000.wifi+1", band: "5g", channel: 36, htmode: "HE80", country: "CH" },
      },
      wifi: {
        home: {
          radio: "radio1",
          interface: "br-lan",
          ssid: "it's home",
          encryption: "sae-mixed",
          keyFile: "/etc/nix-nos/home.key",
        },
        guests: { radio: "radio0", interface: "guest", ssid: "guests", encryption: "owe", isolate: true },
      },
      dhcp: { "br-lan": { range: `${own}.10-${own}.50` }, guest: { range: `${own}.70-${own}.110`, leaseTime: 3600 } },
    },
  };
}
