import { z } from "zod";
import type { Extension } from "../extension.js";
import { topologySchema } from "./schema.js";
import { servicesSchema } from "./services-schema.js";

/**
 * The JSON Schema (2020-12) of a topology file, for editors: completion, hover texts, types.
 * What no JSON Schema can say, such as references between names, validation checks.
 *
 * @param extensions - whose parts of `services` belong to it
 *
 * @example
 * ```ts
 * import { topologyJsonSchema } from "@nix-nos/topology";
 *
 * topologyJsonSchema([]).$schema; // => "https://json-schema.org/draft/2020-12/schema"
 * ```
 */
export function topologyJsonSchema(extensions: readonly Extension[]): Readonly<Record<string, unknown>> {
  const schema = topologySchema(extensions.length === 0 ? null : servicesSchema(extensions));
  return { ...z.toJSONSchema(schema, { io: "input" }), title: "Nix-NOS topology, version 1" };
}
