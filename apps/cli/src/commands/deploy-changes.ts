import type { Node, OperatorClient } from "@plasmacloud/deployer-client";
import type { Command } from "commander";
import type { Context } from "./context.js";
import { clientOf, type DeployFlags, deployOptions, stateOf } from "./deploy-common.js";

interface ChangeFlags extends DeployFlags {
  readonly system?: string;
  readonly reason?: string;
  readonly nodeKey?: string;
}

/** A command that changes one node; a node that it removes is not given back. */
interface Change {
  readonly name: string;
  readonly description: string;
  readonly option?: readonly [flags: string, description: string];
  readonly isRequired?: true;
  readonly ask: (client: OperatorClient, node: string, flags: ChangeFlags) => Promise<Node | undefined>;
  readonly done: string;
}

const system = ["--system <path>", "what it is to run, as /nix/store/…; else whatever gets installed"] as const;

const changes: readonly Change[] = [
  {
    name: "approve",
    description: "let a pending node be installed",
    option: system,
    ask: (client, node, flags) => client.approve(node, wanted(flags)),
    done: "approved",
  },
  {
    name: "reject",
    description: "remove a pending node and revoke its key",
    option: ["--reason <text>", "for the audit log"],
    ask: async (client, node, { reason }) => {
      await client.reject(node, { reason: reason ?? null });
      return undefined;
    },
    done: "rejected",
  },
  {
    name: "retry",
    description: "let a failed node try again",
    ask: (client, node) => client.retry(node),
    done: "tries again",
  },
  {
    name: "reinstall",
    description: "install an active node anew: its disks are wiped",
    option: system,
    ask: (client, node, flags) => client.reinstall(node, wanted(flags)),
    done: "is installed anew",
  },
  {
    name: "lock",
    description: "have rollouts leave a node alone",
    ask: (client, node) => client.lock(node, true),
    done: "locked",
  },
  {
    name: "unlock",
    description: "let rollouts have a node again",
    ask: (client, node) => client.lock(node, false),
    done: "unlocked",
  },
  {
    name: "rotate-key",
    description: "make a newcomer that claimed to be a node the node, as after a new disk",
    option: ["--node-key <key>", "the newcomer's node key, as `deploy nodes NODE` shows it"],
    isRequired: true,
    ask: (client, node, { nodeKey = "" }) => client.rotateKey(node, nodeKey),
    done: "has another key",
  },
  {
    name: "delete",
    description: "forget a node and revoke its key",
    ask: async (client, node) => {
      await client.deleteNode(node);
      return undefined;
    },
    done: "deleted",
  },
];

export function addNodeChanges(deploy: Command, context: Context): void {
  for (const { name, description, option, isRequired, ask, done } of changes) {
    const command = deploy.command(name).argument("<node>", "its name").description(description);
    if (option !== undefined && isRequired) command.requiredOption(...option);
    else if (option !== undefined) command.option(...option);
    deployOptions(command).action(async (node: string, flags: ChangeFlags) => {
      const changed = await clientOf(context, flags, (client) => ask(client, node, flags));
      if (flags.json) context.printJson(changed ?? { id: node, isRemoved: true });
      else context.print(`${node}: ${done}${changed === undefined ? "" : `; ${stateOf(changed.state)}`}\n`);
    });
  }
}

function wanted({ system: path }: ChangeFlags) {
  return { wantedSystem: path ?? null };
}
