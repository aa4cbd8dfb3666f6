export { configTar, type TarFile } from "./boot/tar.js";
export { type OpenwrtCode, openwrtCodes } from "./codes.js";
export { importOpenwrt, type OpenwrtImport } from "./import/import.js";
export type { ImportNote } from "./import/notes.js";
export { type OpenwrtPlans, renderOpenwrt } from "./render.js";
export { isUciName, UciError, type UciInput, type UciSection, type UciValue, uciSection } from "./uci/document.js";
export { type ParsedUciSection, parseUci } from "./uci/parse.js";
export { printUci } from "./uci/print.js";
