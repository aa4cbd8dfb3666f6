import { planCertificates } from "@plasmacloud/cluster";
import { type Command, InvalidArgumentError, Option } from "commander";
import { findDirectory } from "../certs/directory.js";
import { type CertificateState, isDue } from "../certs/state.js";
import { type AuthorityStep, authoritySteps } from "../certs/steps.js";
import type { UpdateResult } from "../certs/update.js";
import { usageFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { planTopology } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

interface Flags {
  readonly dir: string;
  readonly out: string;
  readonly validFor: number;
  readonly renewBefore: number;
  readonly caValidFor: number;
  readonly ca?: AuthorityStep;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

const day = 86_400_000;

export function addCerts(program: Command, context: Context): void {
  const command = topologyArgument(program.command("certs"))
    .description("an authority, and certificates for mTLS: make what is missing, renew what is near its end")
    .option("--dir <dir>", "where certificates and private keys are kept, never in the output folder", "certs")
    .option("--out <dir>", "the output folder, to tell that keys are not in it", "out")
    .addOption(durationOption("--renew-before <time>", "renew a certificate so long before its end", "30d"))
    .addOption(durationOption("--valid-for <time>", "how long a new certificate is good for", "365d"))
    .addOption(durationOption("--ca-valid-for <time>", "how long a new authority is good for", "3650d"))
    .addOption(
      new Option("--ca <step>", "a step to another authority: first prepare, then switch, then drop").choices(
        authoritySteps,
      ),
    )
    .option("--prune", "remove certificates that the topology does not ask for any more")
    .option("--dry-run", "say what would be made, and write nothing")
    .option("--check", "the same, and end with 1 if anything would be made");
  jsonOption(command).action(async (named: string | undefined, flags: Flags) => {
    refuseNonsense(flags);
    const { io, texts } = context;
    const { network, warnings } = await planTopology(io, { topology: requireTopology(named), texts });
    const { value: plan, diagnostics } = planCertificates(network);
    // The X.509 library is as long to load as all the rest: other commands do without.
    const { updateCertificates } = await import("../certs/update.js");
    const isDry = (flags.dryRun ?? false) || (flags.check ?? false);
    const result = await updateCertificates({
      plan,
      directory: findDirectory(io, flags.dir, flags.out),
      now: io.now(),
      validFor: flags.validFor,
      renewBefore: flags.renewBefore,
      authorityValidFor: flags.caValidFor,
      step: flags.ca ?? null,
      prune: flags.prune ?? false,
      isDry,
    });
    // What no renderer writes yet is nothing to whoever makes certificates.
    const heard = warnings.filter(({ code }) => code !== "NN9017");
    context.warn([...heard, ...diagnostics, ...result.diagnostics]);
    if (flags.json) context.printJson(toJson(flags.dir, result));
    else context.print(toText(result, isDry, terminalWidth(io.stdout)));
    if (flags.check && result.certificates.some(isDue)) context.exit(exitCodes.refused);
  });
}

function toText({ authorities, certificates }: UpdateResult, isDry: boolean, width: number | null): string {
  const rows = [
    ...authorities.map(({ role, name, notAfter }) => ["", name, dateOf(notAfter), authorityStates[role], ""]),
    ...certificates.map((each) => [
      each.node ?? "",
      each.service,
      dateOf(each.notAfter),
      stateOf(each, isDry),
      [...(each.planned?.dnsNames ?? []), ...(each.planned?.addresses ?? [])].join(" "),
    ]),
  ];
  const changed = certificates.filter(isDue).length;
  const done = isDry ? "to make, renew or remove" : "made, renewed or removed";
  return `${printTable(columns, rows, width, ["names"])}${count(certificates.length, "certificate")}, ${changed} ${done}\n`;
}

const columns = ["node", "for", "ends", "state", "names"];
const authorityStates = { current: "signs", next: "prepared", former: "former, still trusted" };

function stateOf({ state, reason }: CertificateState, isDry: boolean): string {
  const words = {
    good: "good",
    new: isDry ? "to make" : "made",
    renewed: isDry ? "to renew" : "renewed",
    trust: isDry ? "trust to renew" : "trust renewed",
    unplanned: "not in the topology",
    removed: isDry ? "to remove" : "removed",
  };
  return reason === null ? words[state] : `${words[state]}: ${reason}`;
}

function toJson(directory: string, { authorities, certificates }: UpdateResult) {
  return {
    directory,
    authorities: authorities.map(({ role, name, notBefore, notAfter }) => ({
      role,
      name,
      notBefore: isoOf(notBefore),
      notAfter: isoOf(notAfter),
    })),
    certificates: certificates.map(({ node, service, folder, planned, state, reason, notAfter }) => ({
      node,
      service,
      folder,
      installedIn: planned?.installedIn ?? null,
      dnsNames: planned?.dnsNames ?? [],
      addresses: planned?.addresses ?? [],
      state,
      reason,
      notAfter: isoOf(notAfter),
    })),
  };
}

function isoOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function dateOf(time: number | null): string {
  return isoOf(time)?.slice(0, 10) ?? "";
}

function durationOption(flags: string, description: string, standard: string): Option {
  return new Option(flags, description).argParser(parseDuration).default(parseDuration(standard), standard);
}

/** As 90d, 12h, 30m or 45s, in milliseconds; at most a century, beyond which X.509 spells years otherwise. */
function parseDuration(text: string): number {
  const [, amount, unit = ""] = /^([1-9]\d{0,8})([dhms])$/.exec(text) ?? [];
  const time = Number(amount) * ({ d: day, h: 3_600_000, m: 60_000, s: 1000 }[unit] ?? Number.NaN);
  if (time <= 36_500 * day) return time;
  throw new InvalidArgumentError("A time is a whole number and d, h, m or s, as 90d, of at most 36500d.");
}

function refuseNonsense({ validFor, renewBefore, ca, dryRun, check }: Flags): void {
  if (renewBefore >= validFor) {
    const hint = "Renew later, or make them good for longer: --valid-for 365d --renew-before 30d.";
    throw usageFailure("NN9016", "Every certificate would be renewed again by each run.", hint);
  }
  if (ca !== undefined && (dryRun || check)) {
    throw usageFailure(
      "NN9016",
      "A step to another authority has no dry run.",
      "Leave out --ca, or --dry-run and --check.",
    );
  }
}
