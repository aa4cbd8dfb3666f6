export { isUciName, UciError, type UciInput, type UciSection, type UciValue, uciSection } from "./uci/document.js";
export { type ParsedUciSection, parseUci } from "./uci/parse.js";
export { printUci } from "./uci/print.js";
