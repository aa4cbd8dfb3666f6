import type { Outcome } from "../diagnostics/diagnostic.js";
import { type Topology, topologySchema } from "../document/schema.js";
import { servicesSchema } from "../document/services-schema.js";
import type { Extension } from "../extension.js";
import { checkAddresses } from "./addresses.js";
import { checkBgp } from "./bgp.js";
import { collectNodes } from "./facts.js";
import { checkFirewall } from "./firewall.js";
import { checkInterfaceNames } from "./interface-names.js";
import { checkInterfaceNetworks } from "./interface-networks.js";
import { checkInterfaces } from "./interfaces.js";
import { checkLab } from "./lab.js";
import { checkLinks } from "./links.js";
import { prune } from "./loose.js";
import { checkNetworks } from "./networks.js";
import { checkNodes } from "./nodes.js";
import { checkPools } from "./pools.js";
import { checkPrototypeKeys } from "./prototype-keys.js";
import { foldRepeats } from "./repeats.js";
import { shapeDiagnostics } from "./shape.js";
import { checkWorkloads } from "./workloads.js";

/**
 * Checks a document against the format, and everything in it that refers to something else in it.
 *
 * Both at once: a value of the wrong shape is reported and left out of the second part, so that one run shows every
 * mistake, and no mistake twice.
 *
 * @param value - plain data, as a parser gave it
 * @param options - `extensions`: whose parts of `services` are validated; without any, `services` is ignored
 * @returns the typed document, or diagnostics with paths and without places
 *
 * @example
 * ```ts
 * import { validateTopology } from "@nix-nos/topology";
 *
 * validateTopology({ "nix-nos": { clusters: {}, netwrok: {} } }).diagnostics[0]?.hint; // => "Did you mean \"network\"?"
 * ```
 */
export function validateTopology(
  value: unknown,
  options: { readonly extensions?: readonly Extension[] } = {},
): Outcome<Topology> {
  const extensions = options.extensions ?? [];
  const schema = topologySchema(extensions.length === 0 ? null : servicesSchema(extensions));
  const result = schema.safeParse(value);
  const prototypes = checkPrototypeKeys(value);
  const refused = new Set(prototypes.map(({ path }) => JSON.stringify(path)));
  const misshapen = result.success ? [] : shapeDiagnostics(result.error.issues, value, schema);
  const shape = [...prototypes, ...misshapen.filter(({ path }) => !refused.has(JSON.stringify(path)))];

  const document = result.success ? result.data : prune(value, shape);
  const facts = collectNodes(document, shape);
  const diagnostics = foldRepeats([
    ...shape,
    ...checkNodes(document, facts),
    ...checkPools(document),
    ...checkInterfaces(document),
    ...checkInterfaceNames(document),
    ...checkInterfaceNetworks(document),
    ...checkLinks(document, facts),
    ...checkAddresses(document),
    ...checkNetworks(document, facts),
    ...checkBgp(document, facts),
    ...checkWorkloads(document, facts),
    ...checkFirewall(document),
    ...checkLab(document),
  ]);
  const valid = result.success && !diagnostics.some((diagnostic) => diagnostic.severity === "error");
  return { value: valid ? result.data : null, diagnostics };
}
