import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "@nix-nos/pki";
import { compareNames, type Diagnostic } from "@nix-nos/topology";
import {
  type CertificatePlan,
  certificateFiles,
  certificateLifetime,
  type PlannedCertificate,
  type RenewalTimes,
  renewalReason,
} from "@plasmacloud/cluster";
import { Failure, toolFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { writeFileAtomic } from "../write/durable.js";
import {
  type Authority,
  checkEnd,
  checkOwner,
  finishSwitch,
  foundAuthority,
  readAuthorities,
  stepAuthority,
} from "./authorities.js";
import { guardFaults, openDirectory } from "./directory.js";
import { type FolderTexts, keyFaults, putFolder, readFolder, removeFolder } from "./folder.js";
import { parseCertificate } from "./parse.js";
import type { CertificateState } from "./state.js";
import type { AuthorityStep } from "./steps.js";

export interface UpdateRequest {
  readonly plan: CertificatePlan;
  /** Absolute path. */
  readonly directory: string;
  /** Milliseconds, all of them. */
  readonly now: number;
  readonly validFor: number;
  readonly renewBefore: number;
  readonly authorityValidFor: number;
  readonly step: AuthorityStep | null;
  /** Remove certificates that the topology does not ask for. */
  readonly prune: boolean;
  /** Look, and write nothing. */
  readonly isDry: boolean;
}

export interface UpdateResult {
  /** The one that signs first; none where a dry run finds none. */
  readonly authorities: readonly Authority[];
  readonly certificates: readonly CertificateState[];
  readonly diagnostics: readonly Diagnostic[];
}

const secrets: ReadonlySet<string> = new Set([certificateFiles.key]);
const fileNames = Object.values(certificateFiles);

/**
 * Makes what a plan asks for and is not there, and renews what is due; everything else stays as it is.
 *
 * @throws Failure NN9071 to NN9077
 */
export async function updateCertificates(request: UpdateRequest): Promise<UpdateResult> {
  const { directory, isDry } = request;
  if (isDry) return update(request);
  const close = openDirectory(directory);
  try {
    finishSwitch(directory);
    return await update(request);
  } finally {
    close();
  }
}

async function update(request: UpdateRequest): Promise<UpdateResult> {
  const { plan, directory, isDry } = request;
  refuseOpenKeys(directory, plan);
  const authorities = await prepareAuthorities(request);
  const diagnostics = checkEnd(authorities, request);
  const unplanned = unplannedFolders(directory, plan);
  const [current] = authorities;
  const trusted = authorities.filter(({ notAfter }) => notAfter > request.now).map(({ pair }) => pair.certificate);
  const run: Run = { request, current: current ?? null, bundle: trusted.join("") };
  const certificates: CertificateState[] = [];
  for (const planned of plan.certificates) certificates.push(await updateOne(run, planned));
  for (const folder of unplanned) {
    if (request.prune && !isDry) guardFaults(directory, () => removeFolder(directory, folder));
    certificates.push(unplannedState(folder, request.prune));
  }
  return { authorities, certificates, diagnostics };
}

async function prepareAuthorities(request: UpdateRequest): Promise<readonly Authority[]> {
  const { plan, directory, now, isDry, step } = request;
  const read = () => guardFaults(directory, () => readAuthorities(directory));
  const lifetime = certificateLifetime({
    now,
    validFor: request.authorityValidFor,
    renewBefore: 0,
    authorityEnds: Number.POSITIVE_INFINITY,
  });
  const found = read();
  checkOwner(found, plan.organization, now);
  if (found.length === 0) {
    if (existsSync(join(directory, "nodes"))) throw lost(directory);
    if (isDry) return [];
    await foundAuthority(directory, plan.organization, lifetime);
  }
  if (isDry) return found;
  if (step !== null) {
    const hasEnded = found.some(({ role, notAfter }) => role === "current" && notAfter <= now);
    await stepAuthority(directory, step, plan.organization, lifetime, hasEnded);
  }
  return read();
}

interface Run {
  readonly request: UpdateRequest;
  readonly current: Authority | null;
  /** Certificates of the authorities to trust. */
  readonly bundle: string;
}

async function updateOne({ request, current, bundle }: Run, planned: PlannedCertificate): Promise<CertificateState> {
  const { directory, isDry } = request;
  const { node, service, folder } = planned;
  const base = { node, service, folder, planned };
  const texts = guardFaults(directory, () => readFolder(directory, folder, fileNames));
  if (current === null) return { ...base, state: "new", reason: null, notAfter: null };
  const times: RenewalTimes = { ...request, authorityEnds: current.notAfter };
  const isThere = existsSync(join(directory, folder));
  const found = isThere ? parseTexts(texts, current) : null;
  const reason = isThere ? renewalReason(planned, found, times) : null;
  if (isThere && reason === null) {
    const notAfter = found?.notAfter ?? null;
    if (texts[certificateFiles.authorities] === bundle) return { ...base, state: "good", reason, notAfter };
    if (!isDry) {
      guardFaults(directory, () => writeFileAtomic(join(directory, folder, certificateFiles.authorities), bundle));
    }
    return { ...base, state: "trust", reason: "authorities changed", notAfter };
  }
  const state = isThere ? "renewed" : "new";
  if (isDry) return { ...base, state, reason, notAfter: found?.notAfter ?? null };
  const lifetime = certificateLifetime(times);
  const { certificate, key } = await makeCertificate(planned, lifetime, current.pair);
  const { certificate: certificateFile, key: keyFile, authorities } = certificateFiles;
  const made = { [certificateFile]: certificate, [keyFile]: key, [authorities]: bundle };
  guardFaults(directory, () => putFolder(directory, folder, made, secrets));
  return { ...base, state, reason, notAfter: lifetime.notAfter };
}

function parseTexts(texts: FolderTexts, { pair }: Authority) {
  const { [certificateFiles.certificate]: certificate, [certificateFiles.key]: key } = texts;
  return certificate === undefined || key === undefined ? null : parseCertificate({ certificate, key }, pair);
}

/** All of them at once: whoever mends one wants to hear of the others. */
function refuseOpenKeys(directory: string, { certificates }: CertificatePlan): void {
  const faults = guardFaults(directory, () =>
    certificates.flatMap(({ folder }) => keyFaults(directory, folder, certificateFiles.key)),
  );
  if (faults.length > 0) throw new Failure(faults, exitCodes.failed);
}

/** Folders of certificates or keys, as `nodes/n9/iam`, that no plan names. */
function unplannedFolders(directory: string, { certificates }: CertificatePlan): readonly string[] {
  const planned = new Set(certificates.map(({ folder }) => folder));
  const children = (folder: string) =>
    existsSync(join(directory, folder))
      ? readdirSync(join(directory, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory())
      : [];
  const isFilled = (folder: string) => fileNames.some((name) => existsSync(join(directory, folder, name)));
  return children("nodes")
    .flatMap(({ name }) => children(`nodes/${name}`).map((entry) => `nodes/${name}/${entry.name}`))
    .filter((folder) => !planned.has(folder) && isFilled(folder))
    .sort(compareNames);
}

function unplannedState(folder: string, isRemoved: boolean): CertificateState {
  const [, node = "", service = ""] = folder.split("/");
  return {
    node,
    service,
    folder,
    planned: null,
    state: isRemoved ? "removed" : "unplanned",
    reason: null,
    notAfter: null,
  };
}

function lost(directory: string): Failure {
  return toolFailure(
    "NN9071",
    `${directory} has certificates, but no authority.`,
    "Take the folder `ca` back from a backup. Without it, move the whole directory away: every node then needs new certificates.",
  );
}
