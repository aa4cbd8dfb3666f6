// Hosts on one machine: Linux network namespaces on a bridge, each with its own loopback and interface, and daemons
// inside. Everything is named after this process and removed at the end. Needs root.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

let count = 0;

export interface Host {
  /** The words of a command line that runs a command inside, for whoever starts it in a way of its own. */
  inside(command: string, ...args: readonly string[]): readonly [string, ...string[]];
  /** Runs a command inside, and gives its output; a failure throws with what it said. */
  exec(command: string, ...args: string[]): string;
  /** Starts a daemon inside; it is killed at the end. */
  start(command: string, ...args: string[]): void;
}

export interface Lab {
  readonly hosts: ReadonlyMap<string, Host>;
  /** A cable between two hosts; each end is a name and an interface, which is up without any address. */
  join(first: readonly [string, string], second: readonly [string, string]): void;
  stop(): Promise<void>;
}

/** Hosts on one shared network, each with its address, `10.0.1.10/24`, on `eth0`; `null` is on none. */
export function startLab(addresses: Readonly<Record<string, string | null>>): Lab {
  const prefix = `nn${process.pid}x${count++}`;
  const namespaces: string[] = [];
  const spaces = new Map<string, string>();
  const children: ChildProcess[] = [];
  const spaceOf = (name: string) => {
    const space = spaces.get(name);
    if (space === undefined) throw new Error(`no host ${name}`);
    return space;
  };
  const join: Lab["join"] = ([a, first], [b, second]) => {
    const ends = ["name", first, "type", "veth", "peer", "name", second, "netns", spaceOf(b)];
    ip("-n", spaceOf(a), "link", "add", ...ends);
    ip("-n", spaceOf(a), "link", "set", first, "up");
    ip("-n", spaceOf(b), "link", "set", second, "up");
  };
  const add = (name: string) => {
    ip("netns", "add", name);
    namespaces.push(name);
    ip("-n", name, "link", "set", "lo", "up");
  };
  const stop = async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
    for (const name of namespaces) spawnSync("ip", ["netns", "delete", name]);
  };
  try {
    const hub = `${prefix}hub`;
    add(hub);
    ip("-n", hub, "link", "add", "br0", "type", "bridge");
    ip("-n", hub, "link", "set", "br0", "up");
    const hosts = Object.entries(addresses).map(([name, address], index): [string, Host] => {
      const namespace = `${prefix}h${index}`;
      add(namespace);
      spaces.set(name, namespace);
      if (address === null) return [name, hostOf(namespace, children)];
      ip("-n", hub, "link", "add", `p${index}`, "type", "veth", "peer", "name", "eth0", "netns", namespace);
      ip("-n", hub, "link", "set", `p${index}`, "master", "br0", "up");
      // Without asking around first whether somebody has it, which takes IPv6 a second.
      ip("-n", namespace, "address", "add", address, "dev", "eth0", "nodad");
      ip("-n", namespace, "link", "set", "eth0", "up");
      return [name, hostOf(namespace, children)];
    });
    return { hosts: new Map(hosts), join, stop };
  } catch (error) {
    void stop();
    throw error;
  }
}

function hostOf(namespace: string, children: ChildProcess[]): Host {
  // `ip netns exec` replaces itself with the command, so its process is the command's.
  const words = (command: string, args: readonly string[]) => ["netns", "exec", namespace, command, ...args];
  return {
    inside: (command, ...args) => ["ip", ...words(command, args)],
    exec: (command, ...args) => ip(...words(command, args)),
    start(command, ...args) {
      children.push(spawn("ip", words(command, args), { stdio: "ignore" }));
    },
  };
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Asks again until the answer is true, the less often the longer an answer takes; after `seconds`, fails with what was last seen. */
export async function eventually(
  what: string,
  seconds: number,
  see: () => string | Promise<string>,
  is: (seen: string) => boolean,
) {
  const end = Date.now() + seconds * 1000;
  let seen = "";
  do {
    const asked = Date.now();
    try {
      seen = await see();
    } catch (error) {
      seen = String(error);
    }
    if (is(seen)) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, Math.max(100, 2 * (Date.now() - asked)))));
  } while (Date.now() < end);
  throw new Error(`not within ${seconds} s: ${what}\n${seen}`);
}
