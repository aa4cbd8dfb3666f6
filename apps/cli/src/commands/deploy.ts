import type { BootstrapKey, Node, NodeDetail } from "@plasmacloud/deployer-client";
import type { Command } from "commander";
import { scopeOf } from "../deploy/key-scope.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count, visible } from "../print/text.js";
import type { Context } from "./context.js";
import { addNodeChanges } from "./deploy-changes.js";
import { agoOf, clientOf, type DeployFlags, deployOptions, seconds, stateOf, wholeNumber } from "./deploy-common.js";
import { addDeployIso } from "./deploy-iso.js";
import { addDeployRollout } from "./deploy-rollout.js";
import { addDeployWatch } from "./deploy-watch.js";

export function addDeploy(program: Command, context: Context): void {
  const deploy = program.command("deploy").description("machines that phone home: approve, install and watch them");
  addNodes(deploy, context);
  addNodeChanges(deploy, context);
  addDeployRollout(deploy, context);
  addKeys(deploy, context);
  addDeployIso(deploy, context);
  addAudit(deploy, context);
  addDeployWatch(deploy, context);
}

function addNodes(deploy: Command, context: Context): void {
  const command = deploy
    .command("nodes")
    .argument("[node]", "one node, with its inventory and who else claimed to be it")
    .description("the nodes that the deployer knows");
  deployOptions(command).action(async (name: string | undefined, flags: DeployFlags) => {
    if (name !== undefined) {
      const node = await clientOf(context, flags, (client) => client.getNode(name));
      if (flags.json) context.printJson(node);
      else context.print(describeNode(node, context.io.now()));
      return;
    }
    const { nodes, unreadable, revision } = await clientOf(context, flags, (client) => client.listNodes());
    if (flags.json) return context.printJson({ nodes, unreadable, revision });
    for (const key of unreadable)
      context.io.stderr.write(`What the deployer's store has as ${visible(key)} is no node.\n`);
    if (nodes.length === 0) return context.print("no nodes yet\n");
    const rows = nodes.map((node) => [
      node.id,
      stateOf(node.state),
      node.liveness,
      agoOf(node.lastSeen, context.io.now()),
      notesOf(node),
    ]);
    context.print(printTable(nodeColumns, rows, terminalWidth(context.io.stdout), ["seen"]));
    context.print(`${count(nodes.length, "node")}\n`);
  });
}

const nodeColumns = ["node", "state", "liveness", "seen", "notes"];

function notesOf({ isPlanned, isLocked, health, message }: Node): string {
  const notes = [
    ...(isPlanned ? [] : ["not in the topology"]),
    ...(isLocked ? ["locked"] : []),
    ...(health === null || health.status === "ok" ? [] : [`health ${health.status}`]),
    ...(message === null ? [] : [message]),
  ];
  return notes.join("; ");
}

function describeNode(node: NodeDetail, now: number): string {
  const { inventory, claims, health } = node;
  const failing = (health?.checks ?? [])
    .filter(({ ok }) => !ok)
    .map(({ name, message }) => `${name}: ${message ?? ""}`);
  const lines: [string, string][] = [
    ["node", node.id],
    ["state", stateOf(node.state)],
    ["liveness", `${node.liveness}, seen ${agoOf(node.lastSeen, now)} from ${node.address}`],
    ["notes", notesOf(node)],
    ["health", [health?.status ?? "not told", ...failing].join("; ")],
    ["runs", node.system ?? "an installer, or nothing yet"],
    ["is to run", node.wantedSystem ?? "whatever gets installed"],
    [
      "machine",
      `${inventory.architecture}, ${inventory.cpus} CPUs, ${bytes(inventory.memoryBytes)}, ${inventory.firmware}`,
    ],
    ["serial", inventory.serial ?? "none"],
    ["ports", inventory.interfaces.map(({ name, mac }) => `${name} ${mac}`).join(", ")],
    ["disks", inventory.disks.map((disk) => `${disk.name} ${bytes(disk.bytes)}`).join(", ")],
    ["node key", node.nodeKey],
    ...node.sshHostKeys.map((key): [string, string] => ["host key", key]),
    ...claims.map((claim): [string, string] => [
      "claimed by",
      `${claim.address} at ${claim.at}, node key ${claim.nodeKey}`,
    ]),
  ];
  return lines
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padEnd(12)}${visible(value)}\n`)
    .join("");
}

function bytes(number: number): string {
  return number >= 1e12 ? `${(number / 1e12).toFixed(1)} TB` : `${(number / 1e9).toFixed(1)} GB`;
}

function addKeys(deploy: Command, context: Context): void {
  const keys = deploy.command("keys").description("bootstrap keys, with which machines introduce themselves");
  deployOptions(keys.command("list", { isDefault: true }).description("all keys, without their secrets")).action(
    async (flags: DeployFlags) => {
      const found = await clientOf(context, flags, (client) => client.listKeys());
      if (flags.json) return context.printJson({ keys: found });
      if (found.length === 0) return context.print("no bootstrap keys\n");
      const rows = found.map((key) => [
        key.id,
        key.scope.kind === "node" ? `node ${key.scope.node}` : `site ${key.scope.site}`,
        `${key.used} of ${key.uses}`,
        key.expiresAt.slice(0, 16).replace("T", " "),
        conditionOf(key, context.io.now()),
      ]);
      const head = ["key", "introduces", "used", "expires (UTC)", "state"];
      context.print(printTable(head, rows, terminalWidth(context.io.stdout)));
    },
  );
  interface CreateFlags extends DeployFlags {
    readonly node?: string;
    readonly site?: string;
    readonly uses: number;
    readonly validFor: number;
  }
  const create = keys
    .command("create")
    .description("make a key; its secret is shown once")
    .option("--node <name>", "for this node only; approved without a person where its hardware is the topology's")
    .option("--site <name>", "for machines at a site; each is approved by a person")
    .option("--uses <number>", "how many machines it may introduce", wholeNumber, 1)
    .option("--valid-for <time>", "as 7d, 12h or 30m", seconds, 7 * 86_400);
  deployOptions(create).action(async ({ node, site, uses, validFor, ...flags }: CreateFlags) => {
    const made = await clientOf(context, flags, (client) =>
      client.createKey({ scope: scopeOf(node, site), uses, validForSeconds: validFor }),
    );
    if (flags.json) context.printJson(made);
    else context.print(`${made.secret ?? "its secret was lost: revoke it, and make another"}\n`);
  });
  deployOptions(
    keys.command("revoke").argument("<key>", "its id").description("make a key good for nothing; nodes stay"),
  ).action(async (id: string, flags: DeployFlags) => {
    const key = await clientOf(context, flags, (client) => client.revokeKey(id));
    if (flags.json) context.printJson(key);
    else context.print(`${key.id} is revoked\n`);
  });
}

function conditionOf({ revokedAt, used, uses, expiresAt }: BootstrapKey, now: number): string {
  if (revokedAt !== null) return "revoked";
  if (Date.parse(expiresAt) <= now) return "expired";
  return used >= uses ? "spent" : "good";
}

function addAudit(deploy: Command, context: Context): void {
  interface AuditFlags extends DeployFlags {
    readonly node?: string;
    readonly limit: number;
    readonly before?: string;
  }
  const command = deploy
    .command("audit")
    .description("who did what, the newest first")
    .option("--node <name>", "only of this node")
    .option("--limit <number>", "at most so many entries", wholeNumber, 50)
    .option("--before <id>", "only older ones than this entry, whose id --json shows");
  deployOptions(command).action(async ({ node, limit, before, ...flags }: AuditFlags) => {
    const query = { limit, ...(node === undefined ? {} : { node }), ...(before === undefined ? {} : { before }) };
    const page = await clientOf(context, flags, (client) => client.audit(query));
    if (flags.json) return context.printJson(page);
    if (page.entries.length === 0) return context.print("nothing yet\n");
    const rows = page.entries.map((entry) => [
      entry.at.slice(0, 19).replace("T", " "),
      entry.actor,
      entry.action,
      entry.node ?? "",
      [entry.from, entry.to].filter((state) => state !== null).join(" → "),
      Object.entries(entry.details)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ]);
    const head = ["time (UTC)", "who", "what", "node", "state", "details"];
    context.print(printTable(head, rows, terminalWidth(context.io.stdout), ["details"]));
  });
}
