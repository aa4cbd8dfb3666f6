export { type NixCode, nixCodes } from "./codes.js";
export { optionDeclaration, type Schema } from "./declare/options.js";
export { printTopologyModule } from "./declare/topology-module.js";
export * from "./expression/build.js";
export {
  type NixAssignment,
  type NixBinding,
  NixError,
  type NixExpression,
  type NixInherit,
  type NixOperator,
  type NixPathPart,
  type NixPattern,
} from "./expression/expression.js";
export { fromJson } from "./expression/from-json.js";
export * from "./expression/module-forms.js";
export { printNix } from "./expression/print.js";
export { type NixLibraryInput, renderNixLibrary } from "./library/render.js";
export { type NixosInput, renderNixos } from "./module/render.js";
export { printNftables } from "./nftables/print.js";
