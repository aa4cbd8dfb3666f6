export { append } from "./append.js";
export type { Artifact, Layer } from "./artifact.js";
export { nodeFolder } from "./artifact.js";
export { canonicalJson } from "./canonical.js";
export { type CodeEntry, type TopologyCode, topologyCodes } from "./codes.js";
export {
  type Diagnostic,
  DiagnosticError,
  hasErrors,
  type Outcome,
  type Path,
  type Position,
  type RelatedPlace,
  type Severity,
  unwrap,
} from "./diagnostics/diagnostic.js";
export { locateDiagnostics, type SourceMap } from "./diagnostics/locate.js";
export { didYouMean, nearestName, quote } from "./diagnostics/nearest.js";
export { type NamedAddresses, networkNames } from "./dns/names.js";
export { planZones } from "./dns/plan-zones.js";
export { printZone, ZoneError } from "./dns/print-zone.js";
export { renderZones, zoneFile } from "./dns/render.js";
export type { DnsRecord, DnsZone } from "./dns/zone.js";
export { type AsPathFault, parseAsPath } from "./document/as-path.js";
export { birdTextFault } from "./document/bird-text.js";
export { calendarFault } from "./document/calendar.js";
export { parseCommunity, parseCommunityPattern } from "./document/community.js";
export { topologyJsonSchema } from "./document/json-schema.js";
export { pool as topologyPool } from "./document/pool-schema.js";
export { parsePrefixRange } from "./document/prefix-range.js";
export type { Topology } from "./document/schema.js";
export type { Contribution, Extension, OptionValue } from "./extension.js";
export { type FirewallRow, firewallTable } from "./firewall/firewall-table.js";
export type { FirewallSession } from "./firewall/needs.js";
export { type FirewallSpeakers, planFirewall } from "./firewall/plan-firewall.js";
export type * from "./firewall/types.js";
export { hash32 } from "./hash.js";
export { type IncludeReader, loadTopologyFiles } from "./load/load-files.js";
export { type LoadedTopology, loadTopology } from "./load/load-topology.js";
export { parseSource } from "./load/parse-source.js";
export type { DataSource, ParsedSource, PositionTree, Source, TextSource } from "./load/source.js";
export { compareNames } from "./names.js";
export {
  type AsPathAutomaton,
  type AsPathState,
  asPathHolds,
  compileAsPath,
} from "./network/as-path-automaton.js";
export type * from "./network/bgp.js";
export { type BlockLengths, blockLengths } from "./network/block-lengths.js";
export type * from "./network/cisco.js";
export type * from "./network/community.js";
export type * from "./network/dns.js";
export type * from "./network/family.js";
export type * from "./network/firewall.js";
export { indexNetwork } from "./network/index-network.js";
export type * from "./network/interface.js";
export type * from "./network/interface-settings.js";
export type * from "./network/lab.js";
export type * from "./network/link.js";
export type * from "./network/network.js";
export { mainAddress, nodeAddresses, nodeNetworks } from "./network/node-address.js";
export type * from "./network/openwrt.js";
export { interfaceMtu, type PathMtu, pathMtus } from "./network/path-mtu.js";
export type * from "./network/peer.js";
export type * from "./network/policy.js";
export { anyRoute, noChange } from "./network/policy.js";
export type * from "./network/pool.js";
export { poolDefinition } from "./network/pool-definition.js";
export { largestAs, mergeRanges, type NumberRange, otherRanges } from "./network/ranges.js";
export type * from "./network/session.js";
export { vxlanHeaders } from "./network/vxlan-headers.js";
export type * from "./network/workload.js";
export { printYaml } from "./print-yaml.js";
export { bogonAsns } from "./resolve/bogons.js";
export { allocateBlocks, type ExtensionPool } from "./resolve/extension-pool.js";
export { type IrrAnswer, type IrrAnswers, type IrrQuestion, irrQuestions } from "./resolve/irr.js";
export { type Remembered, resolveTopology } from "./resolve/resolve-topology.js";
export { validateTopology } from "./validate/validate-topology.js";
export { planWorkloads } from "./workloads/plan-workloads.js";
export type * from "./workloads/types.js";
export { type WorkloadRow, workloadTable } from "./workloads/workload-table.js";
