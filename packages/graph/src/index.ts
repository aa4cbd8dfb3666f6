export { printDot } from "./dot/print-dot.js";
export { printMermaid } from "./mermaid/print-mermaid.js";
export type * from "./model.js";
export { planGraph } from "./plan/plan-graph.js";
export { printSvg } from "./svg/print-svg.js";
