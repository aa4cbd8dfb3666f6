import { type OpenSsh, type SshTarget, withSsh } from "./ssh.js";

/** What became of a connection: `another-key` is a host that has not the pinned one. */
type ProbeAnswer =
  | { readonly outcome: "good" }
  | { readonly outcome: "another-key" | "unreachable"; readonly reason: string };

/** Asks a node by SSH whether it is itself. */
export type SshProbe = (node: SshTarget) => Promise<ProbeAnswer>;

const limit = 30_000;

/** Logs in and runs `true`. */
export function sshProbe(open: OpenSsh): SshProbe {
  return (node) =>
    withSsh(open, node, async (session) => {
      const answer = await session.run(["true"], { limit, signal: new AbortController().signal });
      if (answer.outcome !== "ended") return answer;
      if (answer.status === 0) return { outcome: "good" };
      return { outcome: "unreachable", reason: answer.message };
    });
}
