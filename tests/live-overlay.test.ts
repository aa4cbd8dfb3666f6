// The rendered scripts of PrismNET's overlay with Open vSwitch and OVN themselves: what chassis.sh says is what the
// database then has, and central.sh makes one cluster of databases whose chassis find each other.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { nixNos, temporaryFolder } from "./support/cli.js";
import { eventually, type Host, startLab } from "./support/netns.js";

/** Renders a topology, and gives back where a node's scripts are. */
function render(topology: string, folder = temporaryFolder()): (node: string, script: string) => string {
  writeFileSync(join(folder, "t.yaml"), topology);
  const { status, stderr } = nixNos(["render", "t.yaml"], { cwd: folder });
  expect([status, stderr.match(/error\[.*/)]).toEqual([0, null]);
  return (node, script) => join(folder, "out/nodes", node, "ovn", script);
}

const core = "chainfire, flaredb, iam";
const node = (name: string, address: string, role: string, services: string) =>
  `        ${name}: { role: ${role}, ip: "${address}", services: [${services}] }\n`;
const topology = (...nodes: readonly string[]) =>
  `nix-nos:\n  clusters:\n    lab:\n      nodes:\n${nodes.join("")}services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }\n`;

describe("chassis.sh", () => {
  const text = (address: string) =>
    topology(node("a", address, "control-plane", `${core}, prismnet`), node("b", "10.0.0.2", "worker", "prismnet"));
  const own = (address: string) => ({
    "ovn-encap-ip": "10.0.0.2",
    "ovn-encap-type": "geneve",
    "ovn-remote": `tcp:${address}:6642`,
    "ovn-set-local-ip": "true",
    "system-id": "b",
  });

  it("sets what was planned, once, and nothing of others'; leaving takes it back", async () => {
    const folder = temporaryFolder();
    const { run, vsctl } = await startOpenvswitch(folder);
    const keys = () => parseMap(vsctl("get", "Open_vSwitch", ".", "external_ids"));
    // A row gets another version with every change, also with one that is taken back.
    const select = { op: "select", table: "Open_vSwitch", where: [], columns: ["_version"] };
    const query = ["transact", `unix:${folder}/db.sock`, JSON.stringify(["Open_vSwitch", select])];
    const version = () => execFileSync("ovsdb-client", query, { encoding: "utf8" });
    vsctl("set", "Open_vSwitch", ".", "external_ids:ovn-cms-options=enable-chassis-as-gw");
    const others = { "ovn-cms-options": "enable-chassis-as-gw" };

    const script = render(text("10.0.0.1"))("b", "chassis.sh");
    run(script);
    expect(keys()).toEqual({ ...own("10.0.0.1"), ...others });
    const before = version();
    run(script, "join");
    expect(version()).toBe(before);

    run(render(text("10.0.0.9"))("b", "chassis.sh"), "join");
    expect(keys()).toEqual({ ...own("10.0.0.9"), ...others });
    run(script, "leave");
    expect(keys()).toEqual(others);
    expect(() => run(script, "jion")).toThrow("usage");
  });
});

it("central.sh makes one cluster over IPv4, chassis find each other, and a founder without its disk comes back", {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  const names = ["a", "b", "c", "w"];
  const address = (name: string) => `10.0.0.${names.indexOf(name) + 1}`;
  const path = render(
    topology(
      ...["a", "b", "c"].map((name) => node(name, address(name), "control-plane", `${core}, prismnet`)),
      node("w", address("w"), "worker", "prismnet"),
    ),
  );
  const lab = startLab(Object.fromEntries(names.map((name) => [name, `${address(name)}/24`])));
  onTestFinished(lab.stop);
  const host = (name: string) => lab.hosts.get(name) as Host;
  const own = (name: string) => [`OVN_DBDIR=${folder}/${name}/db`, `OVN_RUNDIR=${folder}/${name}/run`];
  const serve = (name: string) => {
    for (const part of ["nb", "sb"]) host(name).start("env", ...own(name), "sh", path(name, "central.sh"), part);
  };
  const status = (name: string, part = "nb") =>
    host(name).exec(
      "ovs-appctl",
      "-t",
      `${folder}/${name}/run/ovn${part}_db.ctl`,
      "cluster/status",
      part === "nb" ? "OVN_Northbound" : "OVN_Southbound",
    );
  const isMember = (seen: string) => /^Status: cluster member$/m.test(seen) && !/^Leader: unknown$/m.test(seen);

  // Whoever joins is there first and waits for the founder.
  for (const name of ["c", "b", "a"]) serve(name);
  for (const name of ["a", "b", "c"]) {
    for (const part of ["nb", "sb"]) await eventually(`${part} of ${name}`, 20, () => status(name, part), isMember);
  }
  const clusterOf = (seen: string) => /^Cluster ID: .*$/m.exec(seen)?.[0];
  const made = clusterOf(status("b"));
  expect(["a", "c"].map((name) => clusterOf(status(name)))).toEqual([made, made]);

  // Every chassis is known by what its script says, and has a tunnel to each other.
  for (const name of ["a", "b", "c"]) host(name).start("env", ...own(name), "sh", path(name, "central.sh"), "northd");
  const vsctl = new Map<string, (...args: string[]) => string>();
  for (const name of ["a", "w"])
    vsctl.set(name, await startChassis(host(name), `${folder}/${name}`, path(name, "chassis.sh")));
  const southbound = ["a", "b", "c"].map((name) => `tcp:${address(name)}:6642`).join(",");
  const list = () =>
    host("b").exec("ovn-sbctl", `--db=${southbound}`, "--bare", "--columns=chassis_name,type,ip", "list", "Encap");
  await eventually("both chassis", 20, list, (seen) => (seen.match(/geneve/g) ?? []).length === 2);
  expect(list().trim().split(/\n\n?/).sort()).toEqual(["10.0.0.1", "10.0.0.4", "a", "geneve", "geneve", "w"]);
  const tunnels = (name: string) =>
    parseMap(vsctl.get(name)?.("--bare", "--columns=options", "find", "Interface", "type=geneve") ?? "", " ");
  await eventually(
    "the tunnel",
    20,
    () => JSON.stringify(tunnels("w")),
    (seen) => seen.includes("remote_ip"),
  );
  expect(tunnels("w")).toMatchObject({ local_ip: "10.0.0.4", remote_ip: "10.0.0.1" });
  expect(tunnels("a")).toMatchObject({ local_ip: "10.0.0.1", remote_ip: "10.0.0.4" });

  // What is written in one member's database is in all of them, and northd translates it.
  const northbound = ["a", "b", "c"].map((name) => `tcp:${address(name)}:6641`).join(",");
  host("w").exec("ovn-nbctl", `--db=${northbound}`, "ls-add", "machines");
  const switches = () =>
    host("c").exec("ovn-sbctl", `--db=${southbound}`, "--bare", "--columns=external_ids", "list", "Datapath_Binding");
  await eventually("northd", 20, switches, (seen) => seen.includes("name=machines"));

  // The founder's disk is lost: it joins the databases that it made once, instead of making others.
  for (const part of ["nb", "sb"]) host("a").exec("ovs-appctl", "-t", `${folder}/a/run/ovn${part}_db.ctl`, "exit");
  rmSync(join(folder, "a/db"), { recursive: true });
  serve("a");
  await eventually("the founder again", 20, () => status("a"), isMember);
  expect(clusterOf(status("a"))).toBe(made);
});

it("central.sh makes one cluster over IPv6, and a member with nobody to join says so", {
  timeout: 30_000,
}, async () => {
  const folder = temporaryFolder();
  const nodes = ["a", "b", "c"].map((name, index) => [name, `fd00::${index + 1}`] as const);
  const text = topology(...nodes.map(([name, address]) => node(name, address, "control-plane", `${core}, prismnet`)));
  const earlier = temporaryFolder();
  const path = render(text, earlier);
  const lab = startLab({ all: null });
  onTestFinished(lab.stop);
  const all = lab.hosts.get("all") as Host;
  for (const [name, address] of nodes) {
    all.exec("ip", "address", "add", `${address}/128`, "dev", "lo");
    const own = [`OVN_DBDIR=${folder}/${name}/db`, `OVN_RUNDIR=${folder}/${name}/run`];
    for (const part of ["nb", "sb"]) all.start("env", ...own, "sh", path(name, "central.sh"), part);
  }
  const servers = () =>
    all.exec("ovs-appctl", "-t", `${folder}/a/run/ovnsb_db.ctl`, "cluster/status", "OVN_Southbound");
  await eventually(
    "three members",
    20,
    servers,
    (seen) => (seen.match(/ at tcp:\[fd00::[123]\]:6644\)/g) ?? []).length === 3,
  );

  // The founder and the others have left: what is left of the record has no one to get a database from.
  const alone = render(topology(node("b", "fd00::2", "control-plane", `${core}, prismnet`)), earlier)(
    "b",
    "central.sh",
  );
  const env = ["env", `OVN_DBDIR=${folder}/new`, `OVN_RUNDIR=${folder}/new`];
  expect(() => all.exec(...(env as [string]), "sh", alone, "nb")).toThrow("there is nobody to get OVN_Northbound from");
  expect(existsSync(join(folder, "new/ovnnb_db.db"))).toBe(false);
});

/** Open vSwitch's database in a folder, without a switch. */
async function startOpenvswitch(folder: string) {
  const env = { ...process.env, OVS_RUNDIR: folder };
  const database = createDatabase(folder);
  const server = spawn("ovsdb-server", serverArguments(folder, database), { env, stdio: "ignore" });
  onTestFinished(() => stopped(server));
  const vsctl = (...args: string[]) =>
    execFileSync("ovs-vsctl", ["--no-wait", ...args], { env, encoding: "utf8", stdio: "pipe" }).trim();
  await eventually(
    "ovsdb-server",
    10,
    () => vsctl("init"),
    (seen) => seen === "",
  );
  const run = (script: string, ...args: string[]) =>
    void execFileSync("sh", [script, ...args], { env, encoding: "utf8", stdio: "pipe" });
  return { run, vsctl };
}

/** A whole chassis on a host, its switch in user space: the kernel here has none. */
async function startChassis(host: Host, folder: string, script: string) {
  mkdirSync(folder, { recursive: true });
  const env = [`OVS_RUNDIR=${folder}`, `OVN_RUNDIR=${folder}`];
  const database = createDatabase(folder);
  host.start("env", ...env, "ovsdb-server", ...serverArguments(folder, database));
  const vsctl = (...args: string[]) => host.exec("env", ...env, "ovs-vsctl", "--no-wait", ...args).trim();
  await eventually(
    "ovsdb-server",
    10,
    () => vsctl("init"),
    (seen) => seen === "",
  );
  vsctl("set", "Open_vSwitch", ".", "external_ids:ovn-bridge-datapath-type=netdev");
  host.exec("env", ...env, "sh", script, "join");
  host.start("env", ...env, "ovs-vswitchd", `unix:${folder}/db.sock`);
  host.start("env", ...env, "ovn-controller", `unix:${folder}/db.sock`);
  return vsctl;
}

function createDatabase(folder: string): string {
  const database = join(folder, "conf.db");
  execFileSync("ovsdb-tool", ["create", database, "/usr/share/openvswitch/vswitch.ovsschema"]);
  return database;
}

function serverArguments(folder: string, database: string): string[] {
  return [`--remote=punix:${folder}/db.sock`, `--unixctl=${folder}/ovsdb.ctl`, database];
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** OVSDB's map as it is printed: `{key=value, other="value"}`, or bare. */
function parseMap(text: string, between = ", "): Record<string, string> {
  const pairs = text
    .replace(/^\{|\}$/g, "")
    .split(between)
    .filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1).replace(/^"|"$/g, "")];
    }),
  );
}
