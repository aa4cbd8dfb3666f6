import type { WatchEvent } from "@plasmacloud/deployer-client";
import type { Command } from "commander";
import { visible } from "../print/text.js";
import type { Context } from "./context.js";
import { clientOf, type DeployFlags, deployOptions, stateOf, wholeNumber } from "./deploy-common.js";
import { untilInterrupted } from "./until-interrupted.js";

interface WatchFlags extends DeployFlags {
  readonly after?: number;
}

/** Changes as they happen, a line each, until Ctrl-C or the reader of a pipe goes. With --json a document a line. */
export function addDeployWatch(deploy: Command, context: Context): void {
  const command = deploy
    .command("watch")
    .description("changes as they happen, until Ctrl-C; with --json one JSON document a line")
    .option("--after <revision>", "begin after this revision, as `deploy nodes --json` shows it", wholeNumber);
  deployOptions(command).action(async ({ after, ...flags }: WatchFlags) => {
    const states = new Map<string, string>();
    await untilInterrupted(context.io, (signal) =>
      clientOf(context, flags, async (client) => {
        // Asked first, so that a deployer that is not there is told of, and not waited for.
        const { revision: now } = await client.listNodes();
        for await (const { revision, event } of client.watch({ after: after ?? now, signal })) {
          if (flags.json) context.print(`${JSON.stringify({ revision, ...event })}\n`);
          else {
            const time = new Date(context.io.now()).toISOString();
            for (const line of linesOf(event, states)) context.print(`${time} ${visible(line)}\n`);
          }
        }
      }),
    );
  });
}

/** A beat alone is no line: only what is different since the node was last told of. */
function linesOf(event: WatchEvent, states: Map<string, string>): readonly string[] {
  if (event.type === "ready") return ["watching"];
  if (event.type === "node-removed") {
    states.delete(event.id);
    return [];
  }
  if (event.type === "node") {
    const { id, state, health, message } = event.node;
    const parts = [stateOf(state), health === null ? "" : `health ${health.status}`, message ?? ""];
    const said = parts.filter((part) => part !== "").join("; ");
    if (states.get(id) === said) return [];
    states.set(id, said);
    return [`${id}: ${said}`];
  }
  // The audit log tells of each step of a rollout.
  if (event.type !== "audit") return [];
  const { actor, action, node } = event.entry;
  return [`${actor}: ${action}${node === null || actor === `node ${node}` ? "" : ` ${node}`}`];
}
