export { type CiscoCode, ciscoCodes } from "./codes.js";
export { frrConfig, frrPorts } from "./frr/dialect.js";
export { diffIos } from "./ios/diff.js";
export { type IosLine, IosSyntaxError, iosTextFault } from "./ios/document.js";
export { parseIos } from "./ios/parse.js";
export { printIos } from "./ios/print.js";
export { fillSecrets, secretFiles } from "./ios/secrets.js";
export { renderCisco } from "./render.js";
