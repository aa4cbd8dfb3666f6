import type { Diagnostic, Family } from "@nix-nos/topology";
import { familyNames } from "./family-names.js";
import { listed } from "./listed.js";
import type { BgpSession, BgpSpeaker } from "./types.js";

/**
 * Nodes that take routes of a family from outside, and none of whose sessions with the topology's own nodes carries
 * it: the routes stay on that node. One that has no such session at all is alone, and loses nothing.
 */
export function checkOutside(speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  return speakers.flatMap((speaker): readonly Diagnostic[] => {
    const outside = speaker.sessions.filter(({ external }) => external);
    if (outside.length === 0 || outside.length === speaker.sessions.length) return [];
    return (["ipv4", "ipv6"] as const).flatMap((family) => checkFamily(speaker, outside, family));
  });
}

function checkFamily(
  { node, sessions, path }: BgpSpeaker,
  outside: readonly BgpSession[],
  family: Family,
): readonly Diagnostic[] {
  const own = sessions.some((session) => !session.external && session.channels.some((one) => one.family === family));
  const sources = outside.filter(({ channels }) => channels.some((one) => one.family === family && takes(one)));
  if (own || sources.length === 0) return [];
  const names = sources.map(({ peer, description }) => peer ?? description);
  return [
    {
      code: "NN3038",
      severity: "warning",
      message: `${familyNames[family]} routes that ${node} learns from ${listed(names)} reach no other node: no session with an own node carries ${familyNames[family]}.`,
      path,
      hint: `Give ${node} and its own neighbours ${familyNames[family]} addresses to run sessions between.`,
    },
  ];
}

/** Without a policy nothing comes in (RFC 8212). */
function takes({ import: { policies, otherwise } }: BgpSession["channels"][number]): boolean {
  return policies.length > 0 || otherwise === "accept";
}
