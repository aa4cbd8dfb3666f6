import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./process.js";

/** A real etcd of one member, on ports of its own, with its data in a folder of its own. */
export interface TestEtcd {
  readonly endpoint: string;
  /** Ends it with SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Starts it again over the same data, at the same port, and waits until it listens. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

/**
 * Starts an etcd and waits until it listens.
 *
 * @param scheme - `https` needs `--cert-file` and `--key-file` among the flags
 */
export async function startEtcd(scheme: "http" | "https" = "http", flags: readonly string[] = []): Promise<TestEtcd> {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-etcd-"));
  const [port, peerPort] = [await freePort(), await freePort()];
  const endpoint = `${scheme}://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const log = createWriteStream(join(folder, "log"));
  let running: ChildProcess | null = null;

  const start = async () => {
    const args = [
      ...["--name", "test", "--data-dir", join(folder, "data")],
      ...["--listen-client-urls", endpoint, "--advertise-client-urls", endpoint],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `test=${peer}`],
      // Alone, it need not wait long for others before it leads.
      ...["--heartbeat-interval", "20", "--election-timeout", "200"],
      ...flags,
    ];
    const etcd = spawn("etcd", args, { stdio: ["ignore", "pipe", "pipe"] });
    running = etcd;
    etcd.stdout.pipe(log, { end: false });
    etcd.stderr.pipe(log, { end: false });
    await once(etcd, "spawn");
    for (let tries = 0; !(await listens(port)); tries++) {
      if (etcd.exitCode !== null || tries > 600) throw new Error(`etcd did not start: ${join(folder, "log")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const kill = async () => {
    const etcd = running;
    running = null;
    if (etcd === null || etcd.exitCode !== null || etcd.signalCode !== null) return;
    const ended = once(etcd, "exit");
    etcd.kill("SIGKILL");
    await ended;
  };

  await start();
  return {
    endpoint,
    kill,
    start,
    async remove() {
      await kill();
      log.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
