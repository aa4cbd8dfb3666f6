// The edge of examples/datacenter.yaml as a Cisco device, alive: FRR with its configuration among BIRDs, and the same edge
// as a BIRD in its place, whose neighbours have to hear and be heard alike.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillSecrets, secretFiles } from "@nix-nos/cisco-render";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../apps/cli/src/cli.test-support.js";
import { parseRoutes } from "../packages/bgp-gen/src/live-bird.test-support.js";
import { datacenter, edgePorts } from "./support/cisco.js";
import { temporaryFolder } from "./support/cli.js";
import { frrConfig, frrSays, startFrr } from "./support/frr.js";
import { eventually, type Host, startLab } from "./support/netns.js";

const password = "s3cret";
/** Both outside neighbours as one BIRD: a transit of both families, and a peer of IPv6. */
const outside = `
router id 192.0.2.1;
protocol device {}
ipv4 table transit4; ipv6 table transit6; ipv6 table peer6;
protocol static s4 { ipv4 { table transit4; };
  route 198.51.100.0/24 blackhole;
  route 10.66.0.0/16 blackhole;
  route 9.9.9.0/24 blackhole { bgp_community.add((64496, 666)); };
  route 8.8.8.0/24 blackhole { bgp_community.add((64496, 7)); bgp_large_community.add((64496, 1, 2)); bgp_path.prepend(15169); };
  route 8.8.4.0/24 blackhole { bgp_community.add((65535, 0)); bgp_path.prepend(15169); };
  route 7.7.7.0/24 blackhole { bgp_path.prepend(64500); };
  route 6.6.6.0/24 blackhole { bgp_path.prepend(1); bgp_path.prepend(1); bgp_med = 70; };
  route 203.0.113.0/25 blackhole;
}
protocol static s6 { ipv6 { table transit6; };
  route 2a00:1::/32 blackhole { bgp_community.add((64496, 666)); };
  route 2a00:2::/32 blackhole;
  route 2001:db8:5::/48 blackhole;
}
protocol static p6 { ipv6 { table peer6; };
  route 2a00:3::/32 blackhole { bgp_path.prepend(3333); };
  route fd00:1::/32 blackhole;
}
protocol bgp transit_a {
  local 192.0.2.1 as 64496; neighbor 192.0.2.2 as 65000; ttl security on; password "${password}";
  connect delay time 1; connect retry time 1; error wait time 1, 2;
  ipv4 { table transit4; import all; export where source = RTS_STATIC; };
  ipv6 { table transit6; import all; export where source = RTS_STATIC; next hop address 2001:db8:ffff::2; };
}
protocol bgp ix_peer {
  local 2001:db8:ffff::2 as 64497; neighbor 2001:db8:ffff::1 as 65000;
  connect delay time 1; connect retry time 1; error wait time 1, 2;
  ipv6 { table peer6; import all; export where source = RTS_STATIC; };
}
`;

/** What each neighbour of the edge heard from it. */
type Heard = Readonly<Record<string, readonly unknown[]>>;

async function heardFrom(platform: "cisco-ios" | "nixos"): Promise<Heard> {
  const folder = temporaryFolder();
  // A busy machine is late with what has to come many times a second.
  const text = datacenter(platform).replace("bfd: true, ", "").replace("holdTime: 9, keepalive: 3", "holdTime: 240");
  writeFileSync(join(folder, "datacenter.yaml"), text);
  expect(await run(folder, ["render", "datacenter.yaml", "--out", "out"])).toMatchObject({ code: 0 });

  const lab = startLab({
    edge01: "10.10.0.2/24",
    node01: "10.10.0.10/24",
    node02: "10.10.0.11/24",
    spine01: null,
    outside: null,
  });
  onTestFinished(() => lab.stop());
  const host = (name: string): Host => {
    const found = lab.hosts.get(name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  const address = (name: string, device: string, ...texts: readonly string[]) => {
    for (const text of texts) host(name).exec("ip", "address", "add", text, "dev", device, "nodad");
  };
  lab.join(["edge01", "eth1"], ["spine01", "swp3"]);
  lab.join(["edge01", "eth2"], ["outside", "eth0"]);
  address("edge01", "lo", "10.255.0.1/32", "fd00:255::1/128");
  address("edge01", "eth1", "10.254.15.0/31");
  address("edge01", "eth2", "192.0.2.2/30", "2001:db8:ffff::1/64");
  address("spine01", "swp3", "10.254.15.1/31");
  address("outside", "eth0", "192.0.2.1/30", "2001:db8:ffff::2/64");

  const birdc = (name: string, ...words: string[]) =>
    host(name).exec("birdc", "-s", join(folder, `${name}.ctl`), ...words);
  const startBird = (name: string, file: string) =>
    host(name).start("bird", "-f", "-c", file, "-s", join(folder, `${name}.ctl`), "-P", join(folder, `${name}.pid`));
  writeFileSync(join(folder, "outside.conf"), outside);
  startBird("outside", join(folder, "outside.conf"));
  for (const name of ["node01", "node02", "spine01"])
    startBird(name, join(folder, "out/nodes", name, "bird/bird.conf"));

  if (platform === "cisco-ios") {
    const text = readFileSync(join(folder, "out/nodes/edge01/cisco/ios.cfg"), "utf8");
    expect(text).not.toContain(password);
    const secrets = new Map(secretFiles(text).map((file) => [file, password]));
    const frr = frrConfig(fillSecrets(text, secrets), edgePorts);
    expect(frrSays(folder, frr)).toBe("");
    const daemons = await startFrr(host("edge01"));
    expect(daemons.configure(frr)).toBe("");
    await eventually(
      "FRR's sessions",
      120,
      () => daemons.ask("show bgp summary established json"),
      (seen) => (seen.match(/"state":"Established"/g) ?? []).length === 6,
    );
  } else {
    const file = join(folder, "out/nodes/edge01/bird/bird.conf");
    mkdirSync(join(folder, "secrets"));
    writeFileSync(join(folder, "secrets/transit-a"), `password "${password}";\n`);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("/run/secrets/bgp", join(folder, "secrets")));
    startBird("edge01", file);
    await eventually(
      "BIRD's sessions",
      120,
      () => birdc("edge01", "show", "protocols"),
      (seen) => (seen.match(/BGP .* Established/g) ?? []).length === 5,
    );
  }

  const tables: Readonly<Record<string, readonly string[]>> = {
    node01: ["where from = 10.10.0.2"],
    spine01: ["where from = 10.254.15.0"],
    transit4: ["table transit4 where source = RTS_BGP"],
    transit6: ["table transit6 where source = RTS_BGP"],
    peer6: ["table peer6 where source = RTS_BGP"],
  };
  const look = () =>
    Object.fromEntries(
      Object.entries(tables).map(([name, [words = ""]]) => {
        const at = name === "node01" || name === "spine01" ? name : "outside";
        const found = parseRoutes(birdc(at, "show", "route", ...words.split(" "), "all"));
        return [name, [...found.values()].map(comparable).sort((a, b) => (a.prefix < b.prefix ? -1 : 1))];
      }),
    );
  let [last, same] = ["", 0];
  await eventually(
    "what is heard",
    120,
    () => JSON.stringify(look()),
    (seen) => {
      same = seen === last && seen.includes("8.8.8.0/24") ? same + 1 : 0;
      last = seen;
      return same > 8;
    },
  );
  return look();
}

/** A route as its neighbours are to see it alike. */
function comparable({
  prefix,
  asPath,
  nextHop,
  localPref,
  med,
  communities,
}: NonNullable<ReturnType<ReturnType<typeof parseRoutes>["get"]>>) {
  return {
    prefix,
    path: asPath.join(" "),
    nextHop,
    localPref,
    // Out of its own table IOS announces a metric of 0, which is what no metric means.
    med: med ?? 0,
    // IOS knows no roles, so a community tells its routes of transits and peers from others.
    communities: communities
      .map((own) => Object.values(own).join(":"))
      .filter((text) => text !== "large:4294967295:9234:1")
      .sort(),
  };
}

it("has its sessions as FRR next to BIRD, and its neighbours hear what they hear from a BIRD in its place", {
  timeout: 600_000,
}, async () => {
  const cisco = await heardFrom("cisco-ios");
  expect(cisco["node01"]?.length).toBeGreaterThan(4);
  expect(cisco["transit4"]?.length).toBeGreaterThan(0);
  expect(cisco).toEqual(await heardFrom("nixos"));
});
