export { DeployerError, DeployerUnreachable } from "./client/error.js";
export { createNodeClient, type NodeClient, type NodeClientOptions } from "./client/node-client.js";
export {
  type Condition,
  createOperatorClient,
  type OperatorClient,
  type OperatorClientOptions,
} from "./client/operator-client.js";
export type { Watched } from "./client/watch.js";
export type { World } from "./client/world.js";
export { printIpxeScript } from "./media/ipxe.js";
export type { IsoFile, ReadImage } from "./media/iso9660.js";
export { emptyReservedArea, filledReservedArea, findReservedArea, type ReservedArea } from "./media/reserved-area.js";
export { seedIso } from "./media/seed-iso.js";
export { type NodeSettings, nodeSettingsSchema, printNodeSettings } from "./media/settings.js";
export { openApiDocument } from "./openapi.js";
export {
  type AnswerOf,
  type BodyOf,
  type Operation,
  type OperationId,
  operations,
  type Role,
  roles,
} from "./operations.js";
export { dryRun } from "./rollout/dry-run.js";
export { nextNodes, type RolloutNext, type RolloutSituation } from "./rollout/next-nodes.js";
export { orderNodes } from "./rollout/order.js";
export { type RolloutVerdict, verdictOf } from "./rollout/verdict.js";
export {
  countsInWords,
  nodesInWords,
  rolloutInWords,
  rolloutNodeInWords,
  waitsInWords,
} from "./rollout/words.js";
export { type AuditEntry, type AuditPage, auditEntrySchema, auditPageSchema } from "./schema/audit.js";
export {
  type BootstrapKey,
  bootstrapKeySchema,
  type MadeBootstrapKey,
  madeBootstrapKeySchema,
  type NewBootstrapKey,
  newBootstrapKeySchema,
} from "./schema/bootstrap-key.js";
export { fingerprintOf, type Inventory, inventorySchema } from "./schema/inventory.js";
export {
  type Heartbeat,
  type HeartbeatAnswer,
  heartbeatAnswerSchema,
  heartbeatSchema,
  type NodeEvent,
  type NodeEvents,
  type NodeEventsAnswer,
  nodeEventSchema,
  nodeEventsAnswerSchema,
  nodeEventsSchema,
  type PhoneHome,
  type PhoneHomeAnswer,
  phoneHomeAnswerSchema,
  phoneHomeSchema,
} from "./schema/messages.js";
export {
  type Claim,
  claimSchema,
  type Health,
  healthSchema,
  type Node,
  type NodeDetail,
  nodeDetailSchema,
  nodeSchema,
} from "./schema/node.js";
export { type Issue, type Problem, type ProblemCode, problemSchema, problems } from "./schema/problem.js";
export {
  type NewRollout,
  newRolloutSchema,
  type Rollout,
  type RolloutDetail,
  type RolloutGroup,
  type RolloutNode,
  type RolloutPlan,
  type RolloutSelector,
  type RolloutStrategy,
  type RolloutWait,
  rolloutDetailSchema,
  rolloutGroupSchema,
  rolloutNodeSchema,
  rolloutPlanSchema,
  rolloutSchema,
  rolloutSelectorSchema,
  rolloutStrategySchema,
  rolloutWaitSchema,
} from "./schema/rollout.js";
export { hostnameSchema, nameSchema, systemSchema } from "./schema/text.js";
export { type WatchEvent, watchEventSchema } from "./schema/watch.js";
export { type SignatureHeaders, type SignedRequest, signRequest, verifyRequest } from "./signature/message.js";
export { makeNodeKey, type NodeKey, readNodeKey } from "./signature/node-key.js";
export { type Liveness, latestBeat, livenessOf, livenessSchema } from "./state/liveness.js";
export {
  isFailure,
  isOn,
  isSuccess,
  isUnbegun,
  isUnderway,
  type RolloutNodeState,
  type RolloutState,
  rolloutNodeStateSchema,
  rolloutNodeStates,
  rolloutStateSchema,
} from "./state/rollout-state.js";
export {
  nextRolloutNodeState,
  nextRolloutState,
  type RolloutCause,
  type RolloutNodeCause,
  type RolloutNodeTransition,
  rolloutNodeTransitions,
} from "./state/rollout-transitions.js";
export { type NodeState, nodeStateSchema, type Phase, phaseSchema, phases } from "./state/state.js";
export { type Cause, nextState, type Place, placeOf, type Transition, transitions } from "./state/transitions.js";
