import { type LockDecision, type PrefixUse, poolUse, printLockFile, repairLockFile } from "@nix-nos/ipam";
import { hasErrors, type Network, poolDefinition } from "@nix-nos/topology";
import { type Command, InvalidArgumentError } from "commander";
import type { Beside } from "../beside/beside.js";
import { lockFailure, printLock, readLock, readLockText, writeLock } from "../beside/lock.js";
import { Failure, problem, usageFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { type Holder, holdersOf, nextFree, takenOf } from "../ipam/holders.js";
import { releaseKeys, utc } from "../ipam/release.js";
import { notAnAddress } from "../ipam/sought.js";
import { surveyTopology } from "../pipeline.js";
import { bar, quantity } from "../print/bar.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

interface JsonFlag {
  readonly json?: boolean;
}

export function addIpam(program: Command, context: Context): void {
  const ipam = program.command("ipam").description("address pools: how full they are, who has what, what is next");
  addShow(ipam, context);
  addNext(ipam, context);
  addWho(ipam, context);
  addRelease(ipam, context);
  addRepair(ipam, context);
}

function addShow(ipam: Command, context: Context): void {
  const command = topologyArgument(ipam.command("show")).description("how full each pool is");
  jsonOption(command).action(async (named: string | undefined, flags: JsonFlag) => {
    const network = await surveyed(context, named);
    const rows = poolUse(network.pools.map(poolDefinition), takenOf(network, context.io.now()));
    if (flags.json) context.printJson(rows.map(numbers));
    else if (rows.length === 0) context.print("no pools\n");
    else {
      const width = terminalWidth(context.io.stdout);
      context.print(printTable(showColumns, rows.map(showCells), width, ["resting", "reserved", "allocated", "free"]));
    }
  });
}

const showColumns = ["pool", "prefix", "use", "allocated", "reserved", "resting", "free"];

function showCells(row: PrefixUse): readonly string[] {
  const counts = [row.allocated, row.reserved, row.resting, row.free].map(quantity);
  return [row.pool, row.prefix, bar(row.usable - row.free, row.usable), ...counts];
}

/** JSON has no integers beyond 2^53; what is larger is rounded, as any reader of JSON would. */
function numbers({ usable, allocated, reserved, resting, free, ...rest }: PrefixUse) {
  const [a, b, c, d, e] = [usable, allocated, reserved, resting, free].map(Number);
  return { ...rest, usable: a, allocated: b, reserved: c, resting: d, free: e };
}

function addNext(ipam: Command, context: Context): void {
  const command = topologyArgument(ipam.command("next"))
    .argument("[pool]", "name of a pool; without one, all of them")
    .description("the addresses that would be given next; nothing is given")
    .option("--length <bits>", "a block of this prefix length instead of an address", wholeNumber);
  jsonOption(command).action(
    async (named: string | undefined, pool: string | undefined, flags: JsonFlag & { readonly length?: number }) => {
      const network = await surveyed(context, named);
      const pools = pool === undefined ? network.pools : network.pools.filter(({ name }) => name === pool);
      if (pool !== undefined && pools.length === 0) throw unknownPool(pool, network.pools);
      const rows = nextFree(network, pools, flags.length ?? null, context.io.now());
      if (rows.length === 0 && pools.length > 0) throw noSuchLength(flags.length);
      if (flags.json) context.printJson(rows);
      else if (rows.length === 0) context.print("no pools\n");
      else {
        const cells = rows.map((row) => [row.pool, row.family, row.next ?? "none left"]);
        context.print(printTable(["pool", "family", "next"], cells, terminalWidth(context.io.stdout), ["family"]));
      }
    },
  );
}

function addWho(ipam: Command, context: Context): void {
  const command = topologyArgument(ipam.command("who"))
    .argument("[what]", "an address, a prefix, or a part of a key, as a node's name; without it, everybody")
    .description("who has an address");
  jsonOption(command).action(async (named: string | undefined, what: string | undefined, flags: JsonFlag) => {
    if (what !== undefined && notAnAddress(what)) throw noAddress(what);
    const network = await surveyed(context, named);
    const rows = holdersOf(network, what ?? "", context.io.now());
    if (flags.json) context.printJson(rows);
    else if (rows.length === 0) context.print(`nobody has ${what ?? "an address"}\n`);
    else {
      const width = terminalWidth(context.io.stdout);
      context.print(printTable(whoColumns, rows.map(whoCells), width, ["reverse name", "pool", "is"]));
    }
  });
}

const whoColumns = ["address", "is", "for", "pool", "reverse name"];

function whoCells({ address, kind, key, pool, until, reverseName }: Holder): readonly string[] {
  const is = kind === "resting" ? `resting until ${until ?? "the next change"}` : kind;
  return [address, is, key, pool ?? "", reverseName ?? ""];
}

function addRelease(ipam: Command, context: Context): void {
  const command = ipam
    .command("release")
    .argument("<topology>", "a .yaml, .json or .nix file")
    .argument("<keys...>", "what has the address, as `ipam who` shows it: node/leaf01/loopback/ipv4")
    .description("take addresses back: each rests, and its key gets another one when it is next rendered")
    .option("--now", "without a rest, also of what rests already: the next key that asks may get it");
  jsonOption(command).action(
    (topology: string, keys: readonly string[], flags: JsonFlag & { readonly now?: boolean }) => {
      const lock = readLock(context.io, topology, context.texts);
      if (lock === null) throw noLock();
      const { state, released } = releaseKeys(lock.state, keys, context.io.now(), flags.now ?? false);
      writeLock(lock, printLock(lock, state));
      if (flags.json) context.printJson(released);
      else
        for (const { key, address } of released)
          context.print(`${address} of ${key} ${flags.now ? "is free" : "rests"}\n`);
    },
  );
}

function addRepair(ipam: Command, context: Context): void {
  const command = ipam
    .command("repair")
    .argument("<topology>", "a .yaml, .json or .nix file")
    .description("settle what a merge left in the lock file");
  jsonOption(command).action((topology: string, flags: JsonFlag) => {
    const lock = readLockText(context.io, topology, context.texts);
    if (lock === null) throw noLock();
    const repaired = repairLockFile(
      lock.text ?? printLockFile({ allocations: {}, released: {} }),
      utc(context.io.now()),
    );
    if (!repaired.ok) throw lockFailure(lock, repaired.faults);
    if (lock.text !== null) writeLock(lock, repaired.text);
    const { decisions } = repaired;
    if (flags.json) context.printJson(decisions);
    else {
      for (const decision of decisions) context.print(`${inWords(decision)}\n`);
      context.print(`${summary(lock, repaired.text, decisions.length)}\n`);
    }
  });
}

function summary({ name, text }: Beside, repaired: string, decisions: number): string {
  if (text === null) return `there is no ${name}: nothing to repair`;
  if (text === repaired) return `${name} needs no repair`;
  return decisions === 0
    ? `${name} is settled: nothing had to be decided`
    : `${name} is settled: ${count(decisions, "decision")}`;
}

function inWords(decision: LockDecision): string {
  const { key, address } = decision;
  return decision.kind === "moved"
    ? `${key} gets a new address when it is next rendered: ${address} is ${decision.keeper}'s`
    : `${key} keeps ${address}; the other branch gave it ${decision.other}, which rests`;
}

/** The network, after what is to be said of it: a pool that has run out is an error, and shown all the same. */
async function surveyed(context: Context, named: string | undefined): Promise<Network> {
  const request = { topology: requireTopology(named), texts: context.texts };
  const { network, diagnostics } = await surveyTopology(context.io, request);
  context.warn(diagnostics);
  if (hasErrors(diagnostics)) context.exit(exitCodes.refused);
  return network;
}

function noLock() {
  return usageFailure("NN9016", "Standard input has no lock file.", "Name the topology's file.");
}

function unknownPool(name: string, pools: readonly { readonly name: string }[]): Failure {
  const known = pools.map((pool) => pool.name).join(", ");
  return new Failure(
    [problem("NN9020", `There is no pool "${name}".`, { hint: `Known: ${known || "none"}.` })],
    exitCodes.usage,
  );
}

function noSuchLength(length: number | undefined): Failure {
  const hint = "IPv4 has lengths up to 32, and IPv6 up to 128.";
  return usageFailure("NN9020", `No address of the pool has a prefix length of ${length}.`, hint);
}

function noAddress(text: string): Failure {
  const hint = "Name an address, a prefix, or a part of a key, as a node's name.";
  return usageFailure("NN9020", `${JSON.stringify(text)} is neither an address nor a prefix.`, hint);
}

function wholeNumber(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A prefix length is a whole number.");
}
