export * from "./expression/build.js";
export {
  type NixBinding,
  NixError,
  type NixExpression,
  type NixOperator,
  type NixPathPart,
  type NixPattern,
} from "./expression/expression.js";
export { fromJson } from "./expression/from-json.js";
export { printNix } from "./expression/print.js";
