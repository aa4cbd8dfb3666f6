import type { BgpSession, BgpSpeaker } from "../plan/types.js";
import { familySuffix } from "./channel.js";
import { type BirdItem, type BirdToken, blank, block, symbol } from "./document.js";
import { peerProtocols } from "./peers.js";
import { filterDefinitions } from "./policies.js";
import { neighbourOf, sessionHead } from "./session-head.js";
import { sessionOptions } from "./session-options.js";
import { type SharedFilters, sharedFilters } from "./shared-filters.js";

/**
 * The speaker's sessions. What several share stands once, in a template: that halves the file and the time that BIRD
 * needs to read it, and shows a reader what is special about a session.
 */
export function sessionProtocols(speaker: BgpSpeaker): readonly BirdItem[] {
  if (speaker.sessions.length === 0) return [];
  const templates = new Map<string, { readonly name: BirdToken; readonly item: BirdItem }>();
  const taken = new Set<string>();
  const filters = sharedFilters(speaker);
  const inner = speaker.sessions.filter(({ peer }) => peer === null);
  const protocols = inner.flatMap((session) => {
    const signature = signatureOf(session, filters);
    let template = templates.get(signature);
    if (template === undefined) {
      const name = templateName(session, taken);
      template = { name, item: templateOf(name, session, speaker, filters) };
      templates.set(signature, template);
    }
    return [blank, protocolOf(session, template.name, speaker)];
  });
  return [
    ...(speaker.sessions.some((session) => session.bfd) ? [blank, block`protocol bfd`([])] : []),
    ...filterDefinitions(speaker),
    ...filters.definitions,
    ...[...templates.values()].flatMap(({ item }) => [blank, item]),
    ...protocols,
    ...peerProtocols(speaker),
  ];
}

/** Everything that a template says; two sessions with the same text share one. */
function signatureOf(session: BgpSession, filters: SharedFilters): string {
  const { kind, confederation, localAs, remoteAs, routeReflectorClient, transport, timers, bfd, gracefulRestart } =
    session;
  const remote = kind === "ibgp" ? remoteAs : null;
  // Two channels that differ in a filter differ in its name, which stands in their statements.
  const channels = session.channels.map((channel) => {
    const { import: _import, export: _export, ...options } = channel;
    return [options, filters.statements(channel)];
  });
  return JSON.stringify([
    kind,
    confederation,
    localAs,
    remote,
    routeReflectorClient,
    transport,
    timers,
    bfd,
    gracefulRestart,
    channels,
  ]);
}

/** `template_ibgp_client_v4`; the prefix keeps it apart from every protocol's name. */
function templateName(session: BgpSession, taken: Set<string>): BirdToken {
  const role = session.routeReflectorClient ? "_client" : "";
  const base = `template_${session.kind}${role}_${session.channels.map(({ family }) => familySuffix(family)).join("")}`;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
  taken.add(name);
  return symbol(name);
}

function templateOf(name: BirdToken, session: BgpSession, speaker: BgpSpeaker, filters: SharedFilters): BirdItem {
  return block`template bgp ${name}`(sessionOptions(session, speaker, filters.statements));
}

function protocolOf(session: BgpSession, template: BirdToken, speaker: BgpSpeaker): BirdItem {
  return block`protocol bgp ${sessionHead(session)} from ${template}`(neighbourOf(session, speaker));
}
