import {
  communityText,
  explainRoute,
  type Passage,
  type Route,
  type RouteExplanation,
  type RouteOrigin,
} from "@nix-nos/bgp-gen";
import { formatPrefix, parseAddress, parsePrefix } from "@nix-nos/ipam";
import type { Command } from "commander";
import { usageFailure } from "../failure.js";
import { planTopology } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { checkSelection } from "./check-selection.js";
import type { Context } from "./context.js";
import { jsonOption, topologyArgument } from "./options.js";

export function addBgpExplain(bgp: Command, context: Context): void {
  const explain = topologyArgument(bgp.command("explain"))
    .argument("<node>", "the node to look from")
    .argument("<prefix>", "a prefix as it is announced, or an address for its host route")
    .description("where a prefix comes from, how it reaches a node, and which of the node's sessions it passes");
  jsonOption(explain).action(
    async (topology: string, node: string, text: string, flags: { readonly json?: boolean }) => {
      const prefix = readPrefix(text);
      const { bgp: plan, network, warnings } = await planTopology(context.io, { topology, texts: context.texts });
      checkSelection({ layers: new Set(), nodes: new Set([node]), kinds: new Set() }, network);
      const explanation = explainRoute(plan, network, { node, prefix });
      if (explanation === null) {
        const hint = "List it in `members` of an autonomous system.";
        throw usageFailure("NN9041", `The node ${JSON.stringify(node)} speaks no BGP.`, hint);
      }
      context.warn(warnings);
      if (flags.json) context.printJson(explanation);
      else context.print(describe(explanation, terminalWidth(context.io.stdout)));
    },
  );
}

/** @throws Failure NN9041 for a text that is no prefix. */
function readPrefix(text: string): string {
  const address = parseAddress(text);
  const host = address && { address, length: address.family === "ipv4" ? 32 : 128 };
  const prefix = host ?? parsePrefix(text);
  if (prefix !== null) return formatPrefix(prefix);
  const hint = "As 203.0.113.0/24 or 2001:db8::/48; no bits are set after the length.";
  throw usageFailure("NN9041", `${JSON.stringify(text)} is no prefix.`, hint);
}

function describe(explanation: RouteExplanation, width: number | null): string {
  const { node, prefix, origins, sessions, asGood, isSettled } = explanation;
  const from = origins.length === 0 ? ["nobody announces it"] : origins.map(originText);
  const rows = sessions.map((session) => [
    session.neighbour,
    session.kind,
    passageText(session.import),
    passageText(session.export),
  ]);
  return [
    `${prefix} at ${node}`,
    "",
    ...from.map((text, index) => `${index === 0 ? "from:   " : "        "}${text}`),
    `here:   ${hereText(explanation)}`,
    ...asGood.map((way) => `        or as well ${way.join(" → ")}: the topology does not say which is better`),
    ...(isSettled ? [] : ["        but the routes never come to rest: policies send them round"]),
    "",
    ...(rows.length === 0
      ? ["no sessions"]
      : [printTable(["neighbour", "kind", "comes in", "goes out"], rows, width).trimEnd()]),
    "",
  ].join("\n");
}

function originText(origin: RouteOrigin): string {
  switch (origin.kind) {
    case "originated":
      return `${origin.node} originates it`;
    case "vip":
      return `${origin.node} announces it as a VIP of ${origin.advertisement}${origin.announce === "health" ? ", while it is healthy" : ""}`;
    case "peer":
      return `${origin.peer}, a peer of ${origin.node}, ${origin.announced ? "announces it in the lab" : "may announce it"}`;
  }
}

function hereText({ node, route, way, confederationPath }: RouteExplanation): string {
  if (route === null) return "no route comes in";
  return `${way.length === 1 && way[0] === node ? "its own" : way.join(" → ")}; ${routeText(route, confederationPath)}`;
}

function routeText({ asPath, nextHop, localPref, med, weight, communities }: Route, parts: readonly number[]): string {
  // As BIRD shows the parts of a confederation.
  const path = [...(parts.length === 0 ? [] : [`(${parts.join(" ")})`]), ...asPath];
  return [
    `path ${path.length === 0 ? "empty" : path.join(" ")}`,
    ...(nextHop === null ? [] : [`next hop ${nextHop}`]),
    ...(localPref === null ? [] : [`local pref ${localPref}`]),
    ...(med === null ? [] : [`MED ${med}`]),
    ...(weight === 0 ? [] : [`weight ${weight}`]),
    ...(communities.length === 0 ? [] : [`communities ${communities.map(communityText).join(" ")}`]),
  ].join(", ");
}

function passageText({ passes, reason }: Passage): string {
  return `${passes ? "yes" : "no"}: ${reason}`;
}
