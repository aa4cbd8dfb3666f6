export { birdConfig } from "./bird/config.js";
export { BirdSyntaxError } from "./bird/document.js";
export { defaultRouteName } from "./bird/originate.js";
export { renderBird } from "./bird/render.js";
export { birdDynamicName } from "./bird/session-head.js";
export { bgpCodes } from "./codes.js";
export { communityText, describeTerm, type TermText } from "./explain/describe-term.js";
export { evaluateFilter, type FilterSurroundings, type FilterVerdict } from "./explain/evaluate-filter.js";
export {
  explainRoute,
  type Passage,
  type RouteExplanation,
  type SessionExplanation,
} from "./explain/explain-route.js";
export { nodesThatHear } from "./explain/nodes-that-hear.js";
export type { RouteOrigin } from "./explain/origins.js";
export { type PolicyRow, policyTable } from "./explain/policy-table.js";
export { type Roa, rpkiState } from "./explain/roas.js";
export type { Route } from "./explain/route.js";
export { decimals } from "./gobgp/as-path.js";
export { type GobgpConfig, gobgpSidecarConfig, gobgpSpeakerConfig, printGobgp } from "./gobgp/config.js";
export { neighborAddress } from "./gobgp/neighbor.js";
export { type GobgpPath, parseGobgpRib } from "./gobgp/rib.js";
export { familiesOf } from "./plan/channels.js";
export { defaultRoutes, isDefaultRoute } from "./plan/default-route.js";
export { compileFilter, type FilterContext } from "./plan/filters.js";
export { planBgp } from "./plan/plan-bgp.js";
export { type SessionRow, sessionCells, sessionColumns, sessionTable } from "./plan/session-table.js";
export type {
  BgpPlan,
  BgpSession,
  BgpSpeaker,
  Peering,
  PlannedVip,
  PrefixLimit,
  RouteFilter,
  SessionChannel,
  SessionTransport,
  Sidecar,
} from "./plan/types.js";
