export { type NetworkdCode, networkdCodes } from "./codes.js";
export { printUnit, UnitError, unitFault } from "./ini.js";
export { renderNetworkd } from "./render.js";
export type { NetworkdUnit, UnitEntry, UnitSection } from "./unit.js";
export { networkdUnits, unplacedAddresses } from "./units/node-units.js";
export { renderWorkloads } from "./workloads.js";
