import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";

const forbidden = "__proto__";

/** The one name that objects of this language cannot hold as a plain key: a schema drops it without a word. */
export function checkPrototypeKeys(value: unknown, path: Path = []): Diagnostic[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => checkPrototypeKeys(item, [...path, index]));
  return Object.entries(value).flatMap(([key, inner]): Diagnostic[] => {
    if (key !== forbidden) return checkPrototypeKeys(inner, [...path, key]);
    const message = `The name "${forbidden}" cannot be used.`;
    const hint = "Choose another name.";
    return [{ code: "NN1106", severity: "error", message, path: [...path, key], subject: "key", hint }];
  });
}
