import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeRecord } from "../records/node-record.js";
import { lastLineOf } from "./redact.js";
import { type RunOptions, reasonOf, run } from "./run.js";
import { shellCommand } from "./shell.js";
import { sshConfig } from "./ssh-config.js";

/** How the deployer logs in. */
export interface SshOptions {
  readonly user: string;
  readonly port: number;
  /** Private key; its public part is to be among the nodes' authorized keys. */
  readonly identityFile: string;
}

/** What of a node it takes to reach it. */
export type SshTarget = Pick<NodeRecord, "hostname" | "address" | "ssh_host_keys">;

/** What became of a command: `another-key` is a host that has not the pinned one, and got nothing. */
type SshAnswer =
  | { readonly outcome: "ended"; readonly status: number; readonly stdout: string; readonly message: string }
  | { readonly outcome: "another-key" | "unreachable"; readonly reason: string };

/** One node, as it is reached for a while. */
export interface SshSession {
  /** For programs that call ssh themselves: the node is there under its own name. */
  readonly configFile: string;
  readonly user: string;
  /**
   * Runs a command on the node.
   *
   * @param words - program and arguments, as they are to arrive
   */
  run(words: readonly string[], options: RunOptions & { readonly isFresh?: boolean }): Promise<SshAnswer>;
  /** Ends its connection. */
  close(): Promise<void>;
}

export type OpenSsh = (node: SshTarget) => Promise<SshSession>;

/** ssh's own exit status where it could not do what it was asked; commands here never end with it. */
const sshFailed = 255;
/** A socket's name has 107 bytes at most, and ssh adds some of its own. */
const longestFolder = 60;

/** The one way to a node: the system's own `ssh`, trusting the node's pinned host keys and no other. */
export function openSsh({ user, port, identityFile }: SshOptions): OpenSsh {
  return async ({ hostname, address, ssh_host_keys }) => {
    const folder = await mkdtemp(join(temporary(), "nno-"));
    const [configFile, knownHostsFile, controlPath] = [join(folder, "c"), join(folder, "k"), join(folder, "s")];
    const host = { hostname, address, user, port, identityFile, knownHostsFile, controlPath };
    await writeFile(knownHostsFile, ssh_host_keys.map((key) => `${hostname} ${key}\n`).join(""));
    await writeFile(configFile, sshConfig(host));
    return {
      configFile,
      user,
      run: async (words, { isFresh = false, ...options }) => {
        const fresh = isFresh ? ["-o", "ControlPath=none"] : [];
        const ended = await run(["ssh", "-F", configFile, ...fresh, "--", hostname, shellCommand(words)], options);
        const { status, stdout, stderr } = ended;
        if (status !== null && status !== sshFailed)
          return { outcome: "ended", status, stdout, message: lastLineOf(stderr) || lastLineOf(stdout) };
        const isAnother = /Host key verification failed|host key .* changed/i.test(stderr);
        return { outcome: isAnother ? "another-key" : "unreachable", reason: reasonOf(ended, options.limit) };
      },
      close: async () => {
        const options = { limit: 5000, signal: new AbortController().signal };
        await run(["ssh", "-F", configFile, "-O", "exit", "--", hostname], options);
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}

function temporary(): string {
  const folder = tmpdir();
  // `nix` splits NIX_SSHOPTS at blanks.
  return Buffer.byteLength(folder) > longestFolder || /\s/.test(folder) ? "/tmp" : folder;
}

/** Does something over a connection that ends with it. */
export async function withSsh<T>(
  open: OpenSsh,
  node: SshTarget,
  work: (session: SshSession) => Promise<T>,
): Promise<T> {
  const session = await open(node);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
