import { type BootstrapKey, bootstrapKeySchema } from "@plasmacloud/deployer-client";
import { keys } from "../keys.js";
import type { Entry } from "../store/store.js";

/** A bootstrap key is kept under the hash of its secret, as operators see it and without its id, which is in the hash. */
export function printBootstrapKey({ id: _, ...key }: BootstrapKey): string {
  return JSON.stringify(key);
}

export function parseBootstrapKey({ key, value }: Entry): BootstrapKey {
  return bootstrapKeySchema.parse({ id: bootstrapKeyId(key.slice(keys.bootstrapKeys.length)), ...JSON.parse(value) });
}

export function bootstrapKeyId(hash: string): string {
  return hash.slice(0, 16);
}
