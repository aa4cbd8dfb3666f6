// Nodes on their first boot: the rendered documents, the certificates of `nix-nos certs`, and the first-boot program in
// one network namespace for each node, with real etcds; systemctl alone is a stand-in, which starts them as the unit would.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { nixNos, root } from "./cli.js";
import { type Host, startLab } from "./netns.js";

const program = join(root, "nix/modules/first-boot.sh");

interface Addresses {
  /** As a topology and a namespace have it, by node: `192.0.2.11`. */
  readonly [node: string]: string;
}

/** What the command line made of one topology. */
interface Site {
  readonly addresses: Addresses;
  /** Folder with a folder of each node, as `render` writes them. */
  readonly nodes: string;
  /** Directories of two authorities, that of the cluster and another one. */
  readonly certs: string;
  readonly strangers: string;
}

interface Result {
  readonly status: number | null;
  readonly stderr: string;
}

interface Member {
  readonly name?: string;
  readonly isLearner?: boolean;
  readonly peerURLs: readonly string[];
  readonly clientURLs: readonly string[];
}

export type Nodes = ReturnType<typeof startNodes>;

/**
 * Two control planes, one of them over IPv6, of nodes that all run ChainFire; and the first one as it is when its node
 * `n1` was added after the others had been rendered.
 */
export function prepareSites(folder: string) {
  const addresses = { n1: "10.0.1.11", n2: "10.0.1.12", n3: "10.0.1.13" };
  const overIpv6 = { v1: "fd00:1::11", v2: "fd00:1::12" };
  const topology = join(folder, "topology.json");
  const render = (out: string, ...clusters: readonly Addresses[]) => {
    const written = clusters.map((own, index) => {
      const nodes = Object.entries(own).map(([name, ip]) => [
        name,
        { role: "control-plane", ip, services: ["chainfire"] },
      ]);
      return [`lab${index}`, { nodes: Object.fromEntries(nodes) }];
    });
    writeFileSync(topology, JSON.stringify({ "nix-nos": { clusters: Object.fromEntries(written) } }));
    run("render", topology, "--out", join(folder, out));
  };
  const { n1: _, ...fewer } = addresses;
  render("grown", fewer);
  render("grown", addresses);
  rmSync(join(folder, "topology.lock.json"));
  render("out", addresses, overIpv6);
  const [certs, strangers] = [join(folder, "certs"), join(folder, "strangers")];
  for (const directory of [certs, strangers]) run("certs", topology, "--dir", directory, "--out", join(folder, "out"));
  const nodes = join(folder, "out/nodes");
  const site: Site = { addresses, nodes, certs, strangers };
  return { site, grown: { ...site, nodes: join(folder, "grown/nodes") }, overIpv6: { ...site, addresses: overIpv6 } };
}

function run(...args: readonly string[]): void {
  const { status, stderr } = nixNos(args);
  if (status !== 0) throw new Error(stderr);
}

/** A site's nodes before their first boot, for one test. */
export function startNodes(context: TestContext, site: Site, options: { readonly tls: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-boot-"));
  const prefix = (address: string) => (address.includes(":") ? `${address}/64` : `${address}/24`);
  const lab = startLab(
    Object.fromEntries(Object.entries(site.addresses).map(([name, address]) => [name, prefix(address)])),
  );
  context.onTestFinished(async () => {
    for (const name of names) stop(name);
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const names = Object.keys(site.addresses);
  const scheme = options.tls ? "https" : "http";
  const urlOf = (name: string, port = 2379) => `${scheme}://${bracketed(site.addresses[name] ?? "")}:${port}`;
  const pathOf = (name: string, file: string) => join(folder, name, file);
  const read = (name: string, file: string) => readFileSync(pathOf(name, file), "utf8");

  for (const name of names) {
    mkdirSync(join(folder, name));
    const document = join(site.nodes, name, "cluster-config.json");
    writeFileSync(pathOf(name, "cluster-config.json"), readFileSync(document));
  }
  writeTools(join(folder, "bin"), site);

  function hostOf(name: string): Host {
    const host = lab.hosts.get(name);
    if (host === undefined) throw new Error(`no node ${name}`);
    return host;
  }

  /** Runs the program on a node, in a process group of its own. */
  function boot(
    name: string,
    env: Readonly<Record<string, string>> = {},
    units: readonly string[] = ["iam", "flashdns"],
  ): Promise<Result> {
    const bin = join(folder, "bin");
    const rest = units.map((unit) => `${unit}.service=file://${pathOf(name, `${unit}.service.healthy`)}`);
    const configs = [pathOf(name, "none.json"), pathOf(name, "cluster-config.json")];
    const args = [program, pathOf(name, "state"), pathOf(name, "data"), ...configs, "--", ...rest];
    const [command, ...words] = hostOf(name).inside("dash", ...args);
    const child = spawn(command, words, {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        NODE: join(folder, name),
        TOOLS: bin,
        CURL_HOME: bin,
        FIRST_BOOT_PAUSE: "0.1",
        FIRST_BOOT_TRIES: "300",
        ...(options.tls && tlsOf(site.certs, name)),
        ...env,
      },
    });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, stderr })));
  }

  function stop(name: string): void {
    const file = pathOf(name, "pid");
    if (!existsSync(file)) return;
    try {
      process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
    rmSync(file);
  }

  /** A node as it was before its first boot. */
  function wipe(name: string): void {
    stop(name);
    for (const file of ["state", "data", "count", "started", "iam.service.healthy", "flashdns.service.healthy"]) {
      rmSync(pathOf(name, file), { recursive: true, force: true });
    }
  }

  /** Asks again for as long as a machine under load, or a cluster that has just changed, may need. */
  async function etcdctl(name: string, ...args: readonly string[]): Promise<string> {
    const operator = join(site.certs, "operator");
    const own = ["cacert=ca.crt", "cert=tls.crt", "key=tls.key"].map(
      (flag) => `--${flag.replace("=", `=${operator}/`)}`,
    );
    const words = hostOf(name).inside("etcdctl", `--endpoints=${urlOf(name)}`, ...(options.tls ? own : []), ...args);
    for (const end = Date.now() + 60_000; ; ) {
      try {
        const env = { ...process.env, ETCDCTL_API: "3" };
        return (await promisify(execFile)(words[0], words.slice(1), { encoding: "utf8", env })).stdout;
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  const membersOf = async (name: string) =>
    (JSON.parse(await etcdctl(name, "member", "list", "-w", "json")) as { members: readonly Member[] }).members;

  return {
    names,
    boot,
    /** A program on a node that is there until the end of the test. */
    start: (name: string, command: string, ...args: string[]) => hostOf(name).start(command, ...args),
    stop,
    wipe,
    etcdctl,
    membersOf,
    /** As a node knows it; in JSON it is a number too long for JavaScript. */
    memberId: async (name: string, at: string) => {
      const [id] =
        (await etcdctl(at, "member", "list"))
          .split("\n")
          .find((line) => line.includes(`, ${name}, `))
          ?.split(",") ?? [];
      return id ?? "not a member";
    },
    urlOf,
    pathOf,
    read,
    /** Names of the members that a node knows, each started and with a vote. */
    votersOf: async (name: string) =>
      (await membersOf(name)).map((member) => (member.isLearner ? "a learner" : (member.name ?? "not started"))).sort(),
    clusterId: async (name: string) => {
      const text = await etcdctl(name, "endpoint", "status", "-w", "json");
      return (JSON.parse(text) as [{ Status: { header: { cluster_id: number } } }])[0].Status.header.cluster_id;
    },
    startedOn: (name: string) => read(name, "started").trim().split("\n"),
  };
}

/** What first boot's unit says of certificates; the unit of ChainFire would have copies of its own. */
export function tlsOf(directory: string, node: string) {
  const fileOf = (holder: string, file: string) => join(directory, "nodes", node, holder, file);
  const files = ["node", "chainfire"].flatMap((holder) =>
    ["tls.crt", "tls.key", "ca.crt"].map((file) => fileOf(holder, file)),
  );
  return {
    FIRST_BOOT_CERT: fileOf("node", "tls.crt"),
    FIRST_BOOT_KEY: fileOf("node", "tls.key"),
    FIRST_BOOT_CA: fileOf("node", "ca.crt"),
    FIRST_BOOT_NEEDS: files.join(":"),
    CHAINFIRE_TLS: fileOf("chainfire", ""),
  };
}

/** systemctl, and commands that count themselves: before number `KILL_AT` the whole program is killed. */
function writeTools(bin: string, { addresses }: Site): void {
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
  const resolve = Object.entries(addresses).map(([name, ip]) => `resolve = "${name}:2379:${bracketed(ip)}"`);
  writeFileSync(join(bin, ".curlrc"), `noproxy = "*"\n${resolve.join("\n")}\n`);
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
