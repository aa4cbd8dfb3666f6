import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type CertificatePair, type Lifetime, makeAuthority } from "@nix-nos/pki";
import { Failure, problem, toolFailure, usageFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { keyFaults, putNewFolder, readFolder, removeFolder } from "./folder.js";
import { type ParsedAuthority, parseAuthority } from "./parse.js";
import type { AuthorityStep } from "./steps.js";

/** An authority in the directory, with what its certificate says. */
export interface Authority extends ParsedAuthority {
  readonly role: Role;
  readonly pair: CertificatePair;
}

/** `current` signs; `next` is trusted already; `former` is trusted still. */
type Role = "current" | "next" | "former";

const folders: Readonly<Record<Role, string>> = { current: "ca", next: "ca-next", former: "ca-old" };
const certificateFile = "ca.crt";
const keyFile = "ca.key";

/**
 * The authorities that are there, the one that signs first.
 *
 * @throws Failure NN9071 and NN9074 for one that is damaged, or whose key is not its owner's alone
 */
export function readAuthorities(directory: string): readonly Authority[] {
  const current = folderOfCurrent(directory);
  const next = current === folders.next ? [] : [readAuthority(directory, folders.next, "next")];
  const found = [
    readAuthority(directory, current, "current"),
    ...next,
    readAuthority(directory, folders.former, "former"),
  ];
  return found.filter((authority) => authority !== null);
}

/** Makes the first authority. */
export async function foundAuthority(directory: string, organization: string, lifetime: Lifetime): Promise<void> {
  await putAuthority(directory, "current", organization, lifetime);
}

/**
 * Does one step of the replacement.
 *
 * @param hasEnded - the authority that signs today has ended
 * @throws Failure NN9077 where it is not its turn
 */
export async function stepAuthority(
  directory: string,
  step: AuthorityStep,
  organization: string,
  lifetime: Lifetime,
  hasEnded: boolean,
): Promise<void> {
  const has = (role: Role) => existsSync(join(directory, folders[role]));
  if (step === "prepare") {
    if (has("next")) throw outOfTurn("An authority is prepared already.", "switch");
    await putAuthority(directory, "next", organization, lifetime);
  } else if (step === "switch") {
    // Nothing that an authority which has ended signed is trusted any more, so there is nobody to prepare.
    if (!has("next") && hasEnded) await putAuthority(directory, "next", organization, lifetime);
    if (!has("next")) throw outOfTurn("No authority is prepared.", "prepare");
    if (has("former")) throw outOfTurn("The authority before this one is still there.", "drop");
    renameSync(join(directory, folders.current), join(directory, folders.former));
    finishSwitch(directory);
  } else {
    if (!has("former")) throw outOfTurn("There is no former authority.", "prepare");
    removeFolder(directory, folders.former);
  }
}

/** Does the second half of a switch that was killed between its two renames. */
export function finishSwitch(directory: string): void {
  if (folderOfCurrent(directory) === folders.next) {
    renameSync(join(directory, folders.next), join(directory, folders.current));
  }
}

/** Between the two renames of a switch, no folder has the current one's name, and the next one is it. */
function folderOfCurrent(directory: string): string {
  const [hasCurrent, hasNext, hasFormer] = [folders.current, folders.next, folders.former].map((folder) =>
    existsSync(join(directory, folder)),
  );
  return !hasCurrent && hasNext && hasFormer ? folders.next : folders.current;
}

function readAuthority(directory: string, folder: string, role: Role): Authority | null {
  const { [certificateFile]: certificate, [keyFile]: key } = readFolder(directory, folder, [certificateFile, keyFile]);
  if (certificate === undefined && key === undefined) return null;
  const faults = keyFaults(directory, folder, keyFile);
  if (faults.length > 0) throw new Failure(faults, exitCodes.failed);
  if (certificate === undefined) throw damaged(directory, folder, `it has a key, but no ${certificateFile}`);
  if (key === undefined) throw damaged(directory, folder, `it has a certificate, but no ${keyFile}`);
  const pair = { certificate, key };
  const parsed = parseAuthority(pair);
  if (typeof parsed === "string") throw damaged(directory, folder, parsed);
  return { role, pair, ...parsed };
}

async function putAuthority(directory: string, role: Role, organization: string, lifetime: Lifetime): Promise<void> {
  const { certificate, key } = await makeAuthority(organization, lifetime);
  const texts = { [certificateFile]: certificate, [keyFile]: key };
  putNewFolder(directory, folders[role], texts, new Set([keyFile]));
}

function damaged(directory: string, folder: string, reason: string): Failure {
  return toolFailure(
    "NN9071",
    `The authority ${join(directory, folder)} cannot be used: ${reason}.`,
    "Take its folder back from a backup. Without it, move the whole directory away: every node then needs new certificates.",
  );
}

function outOfTurn(message: string, first: AuthorityStep): Failure {
  return usageFailure("NN9077", message, `First: --ca ${first}`);
}

/**
 * Whether the authorities are this topology's, and their time has come; asked before anything is changed.
 *
 * @throws Failure NN9073 and NN9072
 */
export function checkOwner(authorities: readonly Authority[], organization: string, now: number): void {
  const stranger = authorities.find((authority) => authority.organization !== organization);
  if (stranger !== undefined) {
    const message = `The certificates are of topology ${JSON.stringify(stranger.organization ?? "")}, and this one is ${JSON.stringify(organization)}.`;
    const hint = "Name another directory with --dir: each topology has an authority of its own.";
    throw new Failure([problem("NN9073", message, { hint })], exitCodes.refused);
  }
  if (authorities.some(({ notBefore }) => notBefore > now)) {
    const message = "The authority is good from a time in the future alone.";
    throw new Failure([problem("NN9072", message, { hint: "Set this machine's clock." })], exitCodes.failed);
  }
}

/** Whether the authority that signs is near its end: NN9075 warns, and NN9072 refuses one that has ended. */
export function checkEnd(
  authorities: readonly Authority[],
  { now, validFor }: { readonly now: number; readonly validFor: number },
) {
  const [current] = authorities;
  if (current === undefined) return [];
  const isPrepared = authorities.some(({ role }) => role === "next");
  const hint = isPrepared
    ? "Its successor is prepared: bring the nodes what is in the directory, then --ca switch."
    : "Replace it in three steps, and bring the nodes what is in the directory after each: --ca prepare, --ca switch, --ca drop.";
  const left = current.notAfter - now;
  if (left <= 0) {
    const message = "The authority has ended, and with it all that it signed.";
    const another = "Make another one, and bring every node what is in the directory then: --ca switch";
    throw new Failure([problem("NN9072", message, { hint: another })], exitCodes.failed);
  }
  if (left >= validFor) return [];
  const days = Math.ceil(left / 86_400_000);
  const message = `The authority ends in ${days} ${days === 1 ? "day" : "days"}, and no certificate that it signs is good for longer.`;
  return [problem("NN9075", message, { severity: "warning", hint })];
}
