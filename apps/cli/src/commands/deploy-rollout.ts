import type { NewRollout, OperatorClient } from "@plasmacloud/deployer-client";
import { type Command, InvalidArgumentError } from "commander";
import { usageFailure } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import { readNamedFile } from "../load/named-file.js";
import { parseOrNull } from "../parse-or-null.js";
import { paintFor } from "../print/paint.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count, visible } from "../print/text.js";
import type { Context } from "./context.js";
import { agoOf, clientOf, type DeployFlags, deployOptions, wholeNumber } from "./deploy-common.js";
import { untilInterrupted } from "./until-interrupted.js";

interface StartFlags extends DeployFlags {
  readonly node?: readonly string[];
  readonly site?: readonly string[];
  readonly cluster?: readonly string[];
  readonly canary: number;
  readonly batch: number;
  readonly maxParallel: number;
  readonly maxFailures: number;
  readonly apart?: readonly (readonly string[])[];
  readonly confirm: number;
  readonly systems?: string;
  readonly reboot?: boolean;
  readonly dryRun?: boolean;
  readonly follow?: boolean;
}

export function addDeployRollout(deploy: Command, context: Context): void {
  const rollout = deploy
    .command("rollout")
    .description("bring a generation to the nodes, in an order that breaks nothing that runs")
    .addHelpText("after", "\n`deploy rollout GENERATION` is short for `deploy rollout start GENERATION`.");
  addStart(rollout, context);
  addList(rollout, context);
  addShow(rollout, context);
  addWatch(rollout, context);
  addControls(rollout, context);
}

function addStart(rollout: Command, context: Context): void {
  const command = rollout
    .command("start", { isDefault: true })
    .argument("[generation]", "what is rolled out, by a name that the build command knows: a flake reference")
    .description("begin a rollout; one that is begun goes on without this command")
    .option("--node <names...>", "only these nodes")
    .option("--site <names...>", "only nodes at these sites")
    .option("--cluster <names...>", "only nodes of these clusters")
    .option("--canary <number>", "so many nodes are done before any other begins", wholeNumberOrNone, 1)
    .option("--batch <number>", "so many nodes end before the next ones begin", wholeNumber, 5)
    .option("--max-parallel <number>", "at most so many are underway at once", wholeNumber, 5)
    .option("--max-failures <number>", "it stops as soon as so many nodes have failed", wholeNumber, 1)
    .option(
      "--apart <nodes>",
      "as node01,node02: not down together, besides what the topology says; may be repeated",
      apart,
    )
    .option("--confirm <seconds>", "a node that is not confirmed by then goes back to what it ran", wholeNumber, 120)
    .option("--systems <file>", "JSON file with the systems that are built already: { node: /nix/store/… }")
    .option("--reboot", "have each node prove a boot of it too")
    .option("--dry-run", "print the order as waves, and why each node waits, and change nothing")
    .option("--follow", "show it until it has ended");
  deployOptions(command).action(async (generation: string | undefined, flags: StartFlags) => {
    const wanted = wantedOf(context, generation, flags);
    if (flags.dryRun) {
      const plan = await clientOf(context, flags, (client) => client.planRollout(wanted));
      if (flags.json) return context.printJson(plan);
      const { printRolloutPlan } = await import("../print/rollout-plan.js");
      return context.print(printRolloutPlan(plan, terminalWidth(context.io.stdout)));
    }
    const made = await clientOf(context, flags, (client) => client.startRollout(wanted));
    if (flags.follow) return follow(context, flags, async () => made.id);
    if (flags.json) return context.printJson(made);
    const number = Object.values(made.counts).reduce((sum, own) => sum + own, 0) - made.counts.skipped;
    const notes = made.notes.map((note) => `${visible(note)}\n`).join("");
    context.print(`${made.id}: ${visible(made.generation)} to ${count(number, "node")}\n${notes}`);
  });
}

function wantedOf({ io }: Context, generation: string | undefined, flags: StartFlags): Omit<NewRollout, "dryRun"> {
  if (generation === undefined) {
    const hint = "Put it first: nix-nos deploy rollout GENERATION --node node01. `deploy rollout list` shows what was.";
    throw usageFailure("NN9016", "No generation was named.", hint);
  }
  const { node, site, cluster, canary, batch, maxParallel, maxFailures, confirm, reboot = false, systems } = flags;
  const quorumGroups = (flags.apart ?? []).map((nodes) => ({ name: nodes.join(", "), nodes: [...nodes] }));
  return {
    generation,
    systems: systems === undefined ? null : readSystems(io, systems),
    selector: { nodes: listOf(node), sites: listOf(site), clusters: listOf(cluster) },
    strategy: { canary, batch, maxParallel, maxFailures, quorumGroups },
    confirmSeconds: confirm,
    reboot,
  };
}

function listOf(names: readonly string[] | undefined): string[] | null {
  return names === undefined ? null : [...names];
}

function readSystems(io: Io, file: string): Record<string, string> {
  const systems = parseOrNull(readNamedFile(io, file));
  // Its form is checked with the whole request.
  if (systems !== null) return systems as Record<string, string>;
  const hint = 'It is a JSON file: { "node01": "/nix/store/…-nixos-system-node01-…" }';
  throw usageFailure("NN9016", `The systems cannot be read: ${file}: it is not JSON.`, hint);
}

function addList(rollout: Command, context: Context): void {
  const command = rollout
    .command("list")
    .description("all rollouts, the newest first")
    .option("--limit <number>", "at most so many", wholeNumber, 20);
  deployOptions(command).action(async ({ limit, ...flags }: DeployFlags & { readonly limit: number }) => {
    const list = await clientOf(context, flags, (client) => client.listRollouts({ limit }));
    if (flags.json) return context.printJson(list);
    if (list.rollouts.length === 0) return context.print("no rollouts yet\n");
    const { countsInWords, rolloutInWords } = await import("@plasmacloud/deployer-client");
    const rows = list.rollouts.map((each) => [
      each.id,
      each.generation,
      agoOf(each.createdAt, context.io.now()),
      countsInWords(each.counts),
      rolloutInWords(each),
    ]);
    const head = ["rollout", "generation", "begun", "nodes", "state"];
    context.print(printTable(head, rows, terminalWidth(context.io.stdout), ["begun"]));
  });
}

function addShow(rollout: Command, context: Context): void {
  const command = rollout.command("show").description("a rollout with its nodes, and why each of them waits or failed");
  deployOptions(ofRollout(command)).action(async (id: string | undefined, flags: DeployFlags) => {
    const detail = await clientOf(context, flags, async (client) => client.getRollout(await idOf(client, id)));
    if (flags.json) return context.printJson(detail);
    const { printRollout } = await import("../print/rollout.js");
    context.print(printRollout(detail, terminalWidth(context.io.stdout), paintFor(context.io.stdout)));
  });
}

function addWatch(rollout: Command, context: Context): void {
  const command = rollout
    .command("watch")
    .description("a rollout as it moves, until it has ended; with --json one JSON document a line")
    .addHelpText("after", "\nIt ends with 1 unless the rollout is Done and no node failed.");
  deployOptions(ofRollout(command)).action((id: string | undefined, flags: DeployFlags) =>
    follow(context, flags, (client) => idOf(client, id)),
  );
}

async function follow(
  context: Context,
  flags: DeployFlags,
  which: (client: OperatorClient) => Promise<string>,
): Promise<void> {
  const { followRollout } = await import("../deploy/follow-rollout.js");
  const { isSuccess } = await import("@plasmacloud/deployer-client");
  await untilInterrupted(context.io, (signal) =>
    clientOf(context, flags, async (client) => {
      const id = await which(client);
      const last = await followRollout(context, client, id, { json: flags.json ?? false, signal });
      if (last.endedAt === null) {
        context.io.stderr.write(`It goes on: nix-nos deploy rollout watch ${id}\n`);
      }
      // What was not seen to succeed did not succeed.
      if (last.endedAt === null || !isSuccess(last)) context.exit(exitCodes.refused);
    }),
  );
}

interface ControlFlags extends DeployFlags {
  readonly reason?: string;
}

function addControls(rollout: Command, context: Context): void {
  const controls = [
    ["pause", "let no further node begin; those that are underway come to their end", "pauseRollout"],
    ["resume", "go on with a rollout that is paused", "resumeRollout"],
    ["abort", "end a rollout: nodes that are underway come to their end, no other begins", "abortRollout"],
  ] as const;
  for (const [name, description, operation] of controls) {
    const command = ofRollout(rollout.command(name)).description(description);
    if (name !== "resume") command.option("--reason <text>", "for the audit log, and whoever looks at it");
    deployOptions(command).action(async (id: string | undefined, { reason, ...flags }: ControlFlags) => {
      const changed = await clientOf(context, flags, async (client) =>
        client[operation](await idOf(client, id), name === "resume" ? {} : { reason: reason ?? null }),
      );
      if (flags.json) return context.printJson(changed);
      const { countsInWords, rolloutInWords } = await import("@plasmacloud/deployer-client");
      context.print(`${changed.id}: ${visible(rolloutInWords(changed))} (${countsInWords(changed.counts)})\n`);
    });
  }
}

function ofRollout(command: Command): Command {
  return command.argument("[rollout]", "its id, as `deploy rollout list` shows it; without one, the newest");
}

/** The rollout that is meant: the newest, where none is named. */
async function idOf(client: OperatorClient, id: string | undefined): Promise<string> {
  if (id !== undefined) return id;
  const [newest] = (await client.listRollouts({ limit: 1 })).rollouts;
  if (newest !== undefined) return newest.id;
  throw usageFailure("NN9016", "There is no rollout yet.", "Begin one: nix-nos deploy rollout GENERATION --dry-run.");
}

function wholeNumberOrNone(text: string): number {
  return text === "0" ? 0 : wholeNumber(text);
}

function apart(text: string, before: readonly (readonly string[])[] = []): readonly (readonly string[])[] {
  const nodes = text.split(",").map((name) => name.trim());
  if (nodes.length < 2 || nodes.includes("")) throw new InvalidArgumentError("It is two nodes or more: node01,node02.");
  return [...before, nodes];
}
