// The first-boot program against real etcds on loopback addresses of their own; systemctl alone is a stand-in, which
// starts them as the unit would.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { plasmacloudCluster } from "@plasmacloud/cluster";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root, temporaryFolder } from "./support/cli.js";

const program = join(root, "nix/modules/first-boot.sh");
const names = ["n1", "n2", "n3"];
/** Own to this process, so that two runs do not meet. */
const net = `127.${(process.pid % 200) + 20}.${(process.pid >> 8) % 250}`;
const addressOf = (name: string, prefix = net) => `${prefix}.${names.indexOf(name) + 10}`;

let folder = "";
beforeEach(() => {
  folder = temporaryFolder();
  writeDocuments();
  writeTools();
});
afterEach(() => {
  for (const name of names) stop(name);
});

/** What is rendered for a cluster of three members, moved to loopback addresses, which no topology may give a node. */
function writeDocuments(): void {
  const nodes = Object.fromEntries(
    names.map((name) => [name, { role: "control-plane", ip: addressOf(name, "192.0.2"), services: ["chainfire"] }]),
  );
  const text = JSON.stringify({ "nix-nos": { clusters: { lab: { nodes } } } });
  const { document } = unwrap(loadTopology({ file: "t.json", format: "json", text }));
  for (const { kind, node, text: own } of unwrap(plasmacloudCluster.render(unwrap(resolveTopology(document)), {}, {}))
    .artifacts) {
    if (kind !== "cluster-config") continue;
    mkdirSync(join(folder, node ?? ""), { recursive: true });
    writeFileSync(join(folder, node ?? "", "cluster-config.json"), own.replaceAll("192.0.2.", `${net}.`));
  }
}

/** systemctl, and commands that count themselves: before number `KILL_AT` the whole program is killed. */
function writeTools(): void {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const counted = (real: string) => `#!/bin/sh
count=$(($(cat "$NODE/count" 2>/dev/null || echo 0) + 1)); echo $count >"$NODE/count"
group=$(cut -d' ' -f5 /proc/$$/stat)
if [ "$count" = "\${KILL_AT:-}" ]; then kill -9 -"$group"; fi
${real}
`;
  const script = (name: string, text: string) => writeFileSync(join(bin, name), text, { mode: 0o755 });
  script("curl", counted('/usr/bin/curl "$@"'));
  script("mv", counted('/usr/bin/mv "$@" || /bin/mv "$@"'));
  script("systemctl", counted(`"$TOOLS/start" "$@"`));
  script(
    "start",
    `#!/bin/sh
unit=$2
echo "$unit" >>"$NODE/started"
if [ "$unit" != chainfire.service ]; then : >"$NODE/$unit.healthy"; exit 0; fi
if [ -e "$NODE/pid" ] && kill -0 "$(cat "$NODE/pid")" 2>/dev/null; then exit 0; fi
set -a; . "$NODE/state/chainfire.env"; set +a
setsid etcd --logger=zap >>"$NODE/log" 2>&1 </dev/null &
echo $! >"$NODE/pid"
`,
  );
  // Names are known on a real node (networking.hosts).
  const resolve = names.map((name) => `resolve = "${name}:2379:${addressOf(name)}"`);
  writeFileSync(join(bin, ".curlrc"), `noproxy = "*"\n${resolve.join("\n")}\n`);
}

interface Result {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs the program on a node, in a process group of its own. */
function boot(name: string, env: Readonly<Record<string, string>> = {}, units = ["iam", "flashdns"]): Promise<Result> {
  const node = join(folder, name);
  const bin = join(folder, "bin");
  const rest = units.map((unit) => `${unit}.service=file://${node}/${unit}.service.healthy`);
  const child = spawn(
    "dash",
    [
      program,
      join(node, "state"),
      join(node, "data"),
      join(node, "none.json"),
      join(node, "cluster-config.json"),
      "--",
      ...rest,
    ],
    {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        NODE: node,
        TOOLS: bin,
        CURL_HOME: bin,
        FIRST_BOOT_PAUSE: "0.1",
        FIRST_BOOT_TRIES: "100",
        ...env,
      },
    },
  );
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on("exit", (status) => resolve({ status, stderr })));
}

function stop(name: string): void {
  const file = join(folder, name, "pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  rmSync(file);
  spawnSync("sh", ["-c", `kill -9 ${pid} 2>/dev/null; while kill -0 ${pid} 2>/dev/null; do sleep 0.02; done`]);
}

/** A node as it was before its first boot. */
function wipe(name: string): void {
  stop(name);
  const node = join(folder, name);
  for (const file of ["state", "data", "count", "started", "iam.service.healthy", "flashdns.service.healthy"]) {
    rmSync(join(node, file), { recursive: true, force: true });
  }
}

/** Asks again for as long as a machine under load, or a cluster that has just changed, may need. */
function etcdctl(name: string, ...args: readonly string[]): string {
  let said = "";
  for (const end = Date.now() + 30_000; Date.now() < end; spawnSync("sleep", ["0.3"])) {
    const { status, stdout, stderr } = spawnSync(
      "etcdctl",
      ["--endpoints", `http://${addressOf(name)}:2379`, ...args],
      {
        encoding: "utf8",
        env: { ...process.env, ETCDCTL_API: "3" },
      },
    );
    if (status === 0) return stdout;
    said = stderr;
  }
  throw new Error(`etcdctl ${args.join(" ")} on ${name}: ${said}`);
}

interface Member {
  readonly ID: number;
  readonly name?: string;
  readonly peerURLs: readonly string[];
  readonly isLearner?: boolean;
}

/** The members that a node knows: all started, each with a vote, each once. */
function membersOf(name: string): readonly string[] {
  const { members } = JSON.parse(etcdctl(name, "member", "list", "-w", "json")) as { members: readonly Member[] };
  expect(members.filter(({ isLearner }) => isLearner)).toEqual([]);
  return members.map((member) => member.name ?? "not started").sort();
}

const clusterId = (name: string) =>
  (JSON.parse(etcdctl(name, "endpoint", "status", "-w", "json")) as [{ Status: { header: { cluster_id: number } } }])[0]
    .Status.header.cluster_id;
const startedOn = (name: string) =>
  readFileSync(join(folder, name, "started"), "utf8")
    .trim()
    .split("\n");
const callsOf = (name: string) => Number(readFileSync(join(folder, name, "count"), "utf8"));

describe("three nodes", () => {
  it("form one cluster, whichever of them is up first, and each boot after the first does nothing", async () => {
    // The two that join ask before there is anybody to ask.
    const [second, third, first] = await Promise.all([boot("n2"), boot("n3"), boot("n1")]);
    expect([first, second, third].map(({ status, stderr }) => [status, stderr.includes("is up")])).toEqual(
      names.map(() => [0, true]),
    );
    for (const name of names) {
      expect(membersOf(name)).toEqual(names);
      expect(clusterId(name)).toBe(clusterId("n1"));
      expect(startedOn(name)).toEqual(["chainfire.service", "iam.service", "flashdns.service"]);
    }
    expect(first.stderr).toContain("n1 founds the cluster");
    const before = names.map(callsOf);
    for (const name of names) expect(await boot(name)).toEqual({ status: 0, stderr: "" });
    expect(names.map(callsOf)).toEqual(before);
    etcdctl("n2", "put", "a", "b");
    stop("n1");
    expect(etcdctl("n3", "get", "a")).toContain("b");
  }, 120_000);

  it("a member's name cannot mean anything in ChainFire's environment", async () => {
    expect(await boot("n1")).toMatchObject({ status: 0 });
    stop("n1");
    const file = join(folder, "n1", "state/chainfire.env");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("ETCD_NAME=n1\n", () => "ETCD_NAME='n 1,$n1'\n"),
    );
    rmSync(join(folder, "n1", "state/done"));
    expect(await boot("n1")).toMatchObject({ status: 0 });
    expect(membersOf("n1")).toEqual(["n 1,$n1"]);
    expect(await boot("n2")).toMatchObject({ status: 0 });
    // The cluster lists its members by numbers that differ from run to run.
    expect(readFileSync(join(folder, "n2", "state/chainfire.env"), "utf8")).toContain(
      `ETCD_INITIAL_CLUSTER=n2=http://${addressOf("n2")}:2380,n_1__n1=http://${addressOf("n1")}:2380\n`,
    );
  }, 60_000);

  it("a founder whose disk is new finds its cluster alive, and never founds a second one", async () => {
    for (const name of names) expect(await boot(name)).toMatchObject({ status: 0 });
    const id = clusterId("n2");
    wipe("n1");
    const refused = await boot("n1");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/n1 was a member already and its data is gone: remove member \d+ first/);
    expect(existsSync(join(folder, "n1", "pid"))).toBe(false);
    const [, member = ""] = /remove member (\d+)/.exec(refused.stderr) ?? [];
    etcdctl("n2", "member", "remove", BigInt(member).toString(16));
    expect(await boot("n1")).toMatchObject({ status: 0 });
    expect([clusterId("n1"), membersOf("n1")]).toEqual([id, names]);
  }, 180_000);
});

describe("killed before each of its commands, and so after each of the ones before, and started again,", () => {
  /** Kills a node's first boot at every command in turn, until there is none left to kill. */
  async function killEverywhere(name: string, prepare: () => Promise<void>, look: () => void): Promise<number> {
    for (let at = 1; ; at++) {
      wipe(name);
      await prepare();
      const { status } = await boot(name, { KILL_AT: String(at) }, ["iam"]);
      expect(await boot(name, {}, ["iam"]), `killed at ${at}`).toMatchObject({ status: 0 });
      look();
      expect(startedOn(name)).toContain("iam.service");
      // A run that was not killed was through; of many looks for one thing, some are enough.
      if (status === 0 || at === 16) return at;
    }
  }

  it("the founder founds once", async () => {
    const steps = await killEverywhere(
      "n1",
      async () => {},
      () => expect(membersOf("n1")).toEqual(["n1"]),
    );
    expect(steps).toBeGreaterThan(5);
  }, 600_000);

  it("a member joins once, and the cluster stands all the while", async () => {
    let id = 0;
    const steps = await killEverywhere(
      "n2",
      async () => {
        wipe("n1");
        expect(await boot("n1")).toMatchObject({ status: 0 });
        id = clusterId("n1");
      },
      () => expect([membersOf("n1"), clusterId("n2"), clusterId("n1")]).toEqual([["n1", "n2"], id, id]),
    );
    expect(steps).toBeGreaterThan(8);
  }, 600_000);
});

describe("a node that cannot go on", () => {
  it("gives up after its tries and says what it waited for", async () => {
    const { status, stderr } = await boot("n2", { FIRST_BOOT_TRIES: "3" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("gave up waiting: a member of the cluster")]);
    expect(existsSync(join(folder, "n2", "state/chainfire.env"))).toBe(false);
  });

  it("without a document says so", async () => {
    rmSync(join(folder, "n1", "cluster-config.json"));
    expect(await boot("n1")).toEqual({ status: 1, stderr: "first boot: there is no cluster-config.json\n" });
  });

  it("has a name that means something in ChainFire's environment", async () => {
    const file = join(folder, "n1", "cluster-config.json");
    const document = JSON.parse(readFileSync(file, "utf8")) as object;
    for (const name of ["n1\nETCD_FORCE_NEW_CLUSTER=true", "n1 $HOME", "n1,n2", '"n1']) {
      writeFileSync(file, JSON.stringify({ ...document, node_id: name }));
      const stderr = `first boot: ${file} has a node_id that is no name\n`;
      expect(await boot("n1")).toEqual({ status: 1, stderr });
      expect(existsSync(join(folder, "n1", "state/chainfire.env"))).toBe(false);
    }
  });

  it("that is no member waits for one that is healthy", async () => {
    const file = join(folder, "n3", "cluster-config.json");
    const document = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...document, services: {} }));
    const waiting = boot("n3");
    expect(await boot("n1")).toMatchObject({ status: 0 });
    expect(await waiting).toMatchObject({ status: 0 });
    expect(startedOn("n3")).toEqual(["iam.service", "flashdns.service"]);
    expect(membersOf("n1")).toEqual(["n1"]);
  }, 60_000);
});
