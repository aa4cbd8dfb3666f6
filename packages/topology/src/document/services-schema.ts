import type { z } from "zod";
import type { Extension } from "../extension.js";

/** The schemas of all extensions' parts of `services`, by key. */
export function servicesSchema(extensions: readonly Extension[]): Record<string, z.ZodType> {
  return Object.assign({}, ...extensions.map((extension) => extension.schema));
}
