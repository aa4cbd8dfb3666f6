import type { BgpPlan, BgpSpeaker } from "@nix-nos/bgp-gen";
import { addressBits, familyOf } from "@nix-nos/ipam";
import { endProcesses } from "../daemons/process.js";
import { awaitDaemons, programsOf, startDaemon } from "../daemons/start.js";
import { bare, subnetOf } from "../design/ports.js";
import type { LabDesign, LabHost } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { exclusively } from "../lock.js";
import { callAgain } from "../observe/call-again.js";
import { type LabDaemon, readState, writeState } from "../state.js";
import { ipBatch } from "../wiring/ip.js";
import { rewire } from "../wiring/wire.js";

/** What goes wrong on purpose. */
export type LabFault =
  | { readonly kind: "kill"; readonly node: string }
  | { readonly kind: "cut"; readonly nodes: readonly [string, string] };

/** Something that was broken, and the way back. */
export interface Broken {
  /** The plan without what is broken. */
  readonly plan: BgpPlan;
  /** Whether a session's end is part of what is broken. */
  readonly isHit: (node: string, neighbor: string) => boolean;
  readonly restore: () => Promise<void>;
}

/** Breaks it. @throws LabError when there is nothing of that name, or nothing joins the two nodes */
export function breakOnPurpose(design: LabDesign, plan: BgpPlan, fault: LabFault): Promise<Broken> {
  return fault.kind === "kill" ? kill(design, plan, fault.node) : cut(design, plan, fault.nodes);
}

/**
 * A machine that loses power: its daemons are killed, then its cables are dead. The kernel still closes the daemons'
 * connections, so that nobody has to wait for hold times.
 */
async function kill(design: LabDesign, plan: BgpPlan, node: string): Promise<Broken> {
  const host = nodeOf(design, node);
  const daemons = (readState(design.id)?.daemons ?? []).filter((daemon) => daemon.host === node);
  await endProcesses(
    daemons.map(({ process }) => process),
    "SIGKILL",
  );
  ipBatch(
    host.namespace,
    host.devices.map(({ name }) => `link set ${name} down`),
  );
  return {
    plan: planOf(
      plan.speakers
        .filter((speaker) => speaker.node !== node)
        .map((speaker) => ({ ...speaker, sessions: speaker.sessions.filter(({ remoteNode }) => remoteNode !== node) })),
    ),
    isHit: (own, neighbor) => own === node || neighbor === node,
    restore: () =>
      exclusively(design.id, async () => {
        rewire(host);
        const started = programsOf(host).map((program) => startDaemon(design.id, host, program));
        remember(design.id, node, started);
        await awaitDaemons(design, started);
      }),
  };
}

/** A cable that is pulled; on a network that more nodes share, the two lose sight of each other alone. */
async function cut(design: LabDesign, plan: BgpPlan, [a, b]: readonly [string, string]): Promise<Broken> {
  const [first, second] = [nodeOf(design, a), nodeOf(design, b)];
  const cables = design.cables.filter(({ ends }) => {
    const hosts = ends.map(({ host }) => host);
    return hosts.includes(a) && hosts.includes(b);
  });
  const hidden = cables.length > 0 ? [] : sharedAddresses(first, second);
  if (cables.length === 0 && hidden.length === 0) throw new LabError(`No cable and no network joins ${a} and ${b}.`);
  const pulled = cables.flatMap(({ ends }) => ends);
  for (const { host, device } of pulled) ipBatch(nodeOf(design, host).namespace, [`link set ${device} down`]);
  const routes = (word: string) => {
    for (const { at, address } of hidden) {
      ipBatch(at.namespace, [`route ${word} blackhole ${address}/${addressBits(familyOf(address))}`]);
    }
  };
  routes("add");
  const isHit = (own: string, neighbor: string) => (own === a && neighbor === b) || (own === b && neighbor === a);
  return {
    plan: planOf(
      plan.speakers.map((speaker) => ({
        ...speaker,
        sessions: speaker.sessions.filter(({ remoteNode }) => !isHit(speaker.node, remoteNode ?? "")),
      })),
    ),
    isHit,
    restore: async () => {
      routes("delete");
      for (const name of new Set(pulled.map(({ host }) => host))) rewire(nodeOf(design, name));
      const hit = plan.speakers.flatMap(({ sessions }) =>
        sessions.filter((own) => isHit(own.node, own.remoteNode ?? "")),
      );
      await callAgain(design, hit);
    },
  };
}

/** For each of two hosts, the other's addresses in networks that both are in. */
function sharedAddresses(a: LabHost, b: LabHost) {
  const of = (host: LabHost) => host.devices.flatMap(({ addresses }) => addresses);
  const nets = (host: LabHost) => new Set(of(host).map(subnetOf));
  const seen = (at: LabHost, other: LabHost) =>
    of(other)
      .filter((address) => subnetOf(address) !== null && nets(at).has(subnetOf(address)))
      .map((address) => ({ at, address: bare(address) }));
  return [...seen(a, b), ...seen(b, a)];
}

function remember(id: string, host: string, started: readonly LabDaemon[]): void {
  const state = readState(id);
  if (state === null) return;
  writeState({ ...state, daemons: [...state.daemons.filter((daemon) => daemon.host !== host), ...started] });
}

function nodeOf(design: LabDesign, name: string): LabHost {
  const nodes = design.hosts.filter(({ kind }) => kind === "node");
  const found = nodes.find((host) => host.name === name);
  if (found) return found;
  throw new LabError(`The lab has no node "${name}".`, `It has ${nodes.map((host) => host.name).join(", ")}.`);
}

function planOf(speakers: readonly BgpSpeaker[]): BgpPlan {
  return { speakers, speakerByNode: new Map(speakers.map((speaker) => [speaker.node, speaker])) };
}
