import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Artifact } from "@nix-nos/topology";

/** What the real daemon made of unit files. */
export interface NetworkdRun {
  /** Its complaints about the files, each `20-eth0.network:9: Unknown key …`. */
  readonly complaints: readonly string[];
  /** Addresses by interface, without link-local ones. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Controller and MTU by interface. */
  readonly links: Readonly<Record<string, { readonly master: string | null; readonly mtu: number }>>;
  readonly defaultRoutes: readonly string[];
  /** Routes of all tables and both families, and rules, in the words of ip(8), single-spaced. */
  readonly routes: readonly string[];
  readonly rules: readonly string[];
  readonly macs: Readonly<Record<string, string>>;
}

/**
 * Runs systemd-networkd over files until it has set the awaited addresses and gateways, for 15 seconds at most, in network and mount namespaces of its own, with a cable in each of
 * the ports named. It needs no D-Bus; a read-only /sys tells it that there is no udev to wait for.
 */
export function runNetworkd(
  artifacts: readonly Artifact[],
  ports: readonly string[],
  awaited: readonly string[],
): NetworkdRun {
  const folder = mkdtempSync(join(tmpdir(), "networkd-render-"));
  try {
    mkdirSync(join(folder, "units"));
    for (const { path, text } of artifacts) writeFileSync(join(folder, "units", path.split("/").at(-1) ?? ""), text);
    writeFileSync(join(folder, "run.sh"), script);
    const args = ["--net", "--mount", "bash", join(folder, "run.sh"), folder, awaited.join(" "), ...ports];
    execFileSync("unshare", args, { stdio: "pipe" });
    return report(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const script = `set -eu
folder=$1; until=$2; shift 2
mount --make-rprivate /
mount -t tmpfs run /run
mount -t sysfs -o ro sys /sys
mkdir -p /run/systemd/network
install -d -o systemd-network -g systemd-network /run/systemd/netif
cp "$folder"/units/* /run/systemd/network/
ip link set lo up
for port in "$@"; do
  ip link add "$port" type veth peer name "far-$port" mtu 9000
  ip link set "far-$port" up
done
/lib/systemd/systemd-networkd >"$folder/log" 2>&1 &
daemon=$!
# Every file is read before the first interface is enumerated.
for _ in $(seq 150); do
  if grep -q "Enumeration completed" "$folder/log"; then
    { ip address; ip route; } >"$folder/now"
    missing=
    for address in $until; do grep -q "$address " "$folder/now" || missing=yes; done
    [ -n "$missing" ] || break
  fi
  sleep 0.1
done
ip -json address >"$folder/addresses"
ip -json route show default >"$folder/routes"
ip rule >"$folder/rules"
ip route show table all >"$folder/all-routes" 2>/dev/null || true
kill $daemon
wait $daemon || true
`;

function report(folder: string): NetworkdRun {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const interfaces = (JSON.parse(read("addresses")) as IpInterface[]).filter(
    ({ ifname }) => !ifname.startsWith("far-"),
  );
  const addresses = interfaces.map(({ ifname, addr_info }) => [
    ifname,
    addr_info
      .filter(({ scope }) => scope !== "link")
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
      .sort(),
  ]);
  return {
    complaints: read("log").match(/\S+\.(?:network|netdev):\d+: .*/g) ?? [],
    addresses: Object.fromEntries(addresses),
    links: Object.fromEntries(interfaces.map(({ ifname, master, mtu }) => [ifname, { master: master ?? null, mtu }])),
    defaultRoutes: (JSON.parse(read("routes")) as { gateway: string; dev: string }[]).map(
      ({ gateway, dev }) => `${gateway} ${dev}`,
    ),
    routes: lines(read("all-routes")),
    rules: lines(read("rules")),
    macs: Object.fromEntries(interfaces.map(({ ifname, address }) => [ifname, address])),
  };
}

function lines(text: string): readonly string[] {
  return text.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
}

interface IpInterface {
  readonly address: string;
  readonly ifname: string;
  readonly master?: string;
  readonly mtu: number;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
}
