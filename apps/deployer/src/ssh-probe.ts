import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeRecord } from "./records/node-record.js";

/** What became of a connection: `another-key` is a host that has not the pinned one. */
type ProbeAnswer =
  | { readonly outcome: "good" }
  | { readonly outcome: "another-key" | "unreachable"; readonly reason: string };

/** Asks a node by SSH whether it is itself. */
export type SshProbe = (node: Pick<NodeRecord, "hostname" | "address" | "ssh_host_keys">) => Promise<ProbeAnswer>;

/** How the deployer logs in. */
export interface SshOptions {
  readonly user: string;
  readonly port: number;
  /** Private key; its public part is to be among the nodes' authorized keys. */
  readonly identityFile: string;
}

const connectTimeout = 10;

/** Logs in with the system's own `ssh` and runs `true`, trusting the node's pinned host keys and no other. */
export function sshProbe({ user, port, identityFile }: SshOptions): SshProbe {
  return async ({ hostname, address, ssh_host_keys }) => {
    const folder = await mkdtemp(join(tmpdir(), "deployer-ssh-"));
    try {
      const knownHosts = join(folder, "known_hosts");
      await writeFile(knownHosts, ssh_host_keys.map((key) => `${hostname} ${key}\n`).join(""));
      const options = {
        BatchMode: "yes",
        ConnectTimeout: connectTimeout,
        GlobalKnownHostsFile: "/dev/null",
        HostKeyAlias: hostname,
        IdentitiesOnly: "yes",
        StrictHostKeyChecking: "yes",
        UserKnownHostsFile: knownHosts,
      };
      const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
      // No configuration of whoever runs the deployer has a say in whom it trusts.
      return await run(["-F", "none", ...flags, "-i", identityFile, "-l", user, "-p", String(port), address, "true"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

function run(args: readonly string[]): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    execFile(
      "ssh",
      args,
      { timeout: 3 * connectTimeout * 1000, env: { ...process.env, LC_ALL: "C" } },
      (error, _, stderr) => {
        if (error === null) return resolve({ outcome: "good" });
        const outcome = /Host key verification failed|host key .* changed/i.test(stderr)
          ? "another-key"
          : "unreachable";
        const lines = stderr.split("\n").map((line) => line.trim());
        const last = lines.filter((line) => line !== "").at(-1) ?? error.message;
        resolve({ outcome, reason: last.replace(/\p{Cc}/gu, " ").slice(0, 300) });
      },
    );
  });
}
