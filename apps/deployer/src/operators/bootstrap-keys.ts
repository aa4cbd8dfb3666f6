import { randomBytes } from "node:crypto";
import type { BootstrapKey, MadeBootstrapKey, newBootstrapKeySchema } from "@plasmacloud/deployer-client";
import type { z } from "zod";
import type { Deployer } from "../deployer.js";
import { keys, sha256 } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { bootstrapKeyId, parseBootstrapKey, printBootstrapKey } from "../records/bootstrap-key-record.js";
import { type OperatorRequest, operate } from "./operation.js";

export async function listBootstrapKeys({ store }: Deployer): Promise<{ readonly keys: readonly BootstrapKey[] }> {
  const { entries } = await store.list(keys.bootstrapKeys);
  const found = entries.map(parseBootstrapKey);
  return { keys: found.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)) };
}

export function createBootstrapKey(
  deployer: Deployer,
  request: OperatorRequest,
  { scope, uses, validForSeconds }: z.output<typeof newBootstrapKeySchema>,
) {
  return operate(deployer, request, async () => {
    const secret = `nnb_${randomBytes(32).toString("base64url")}`;
    const hash = sha256(secret);
    const now = deployer.now();
    const key: BootstrapKey = {
      id: bootstrapKeyId(hash),
      scope,
      uses,
      used: 0,
      createdAt: new Date(now).toISOString(),
      createdBy: request.actor.replace("operator ", ""),
      expiresAt: new Date(now + validForSeconds * 1000).toISOString(),
      revokedAt: null,
    };
    const reply = (shown: string | null) => () => ({
      status: 201,
      body: { ...key, secret: shown } satisfies MadeBootstrapKey,
    });
    return {
      compare: [{ key: keys.bootstrapKey(hash), revision: 0 }],
      put: [{ key: keys.bootstrapKey(hash), value: printBootstrapKey(key) }],
      remove: [],
      deed: { action: "create-key", node: scope.kind === "node" ? scope.node : null, details: { key: key.id, uses } },
      reply: reply(secret),
      repeated: reply(null),
    };
  });
}

export function revokeBootstrapKey(deployer: Deployer, request: OperatorRequest, id: string) {
  return operate(deployer, request, async () => {
    // The form is checked so that a part of an id, or none, does not name some key.
    const { entries } = /^[0-9a-f]{16}$/.test(id) ? await deployer.store.list(keys.bootstrapKey(id)) : { entries: [] };
    const [entry] = entries;
    if (entry === undefined) throw new ApiProblem("not_found", { detail: "There is no bootstrap key of this id." });
    const before = parseBootstrapKey(entry);
    const key = { ...before, revokedAt: before.revokedAt ?? new Date(deployer.now()).toISOString() };
    return {
      compare: [{ key: entry.key, revision: entry.revision }],
      put: [{ key: entry.key, value: printBootstrapKey(key) }],
      remove: [],
      deed: { action: "revoke-key", node: null, details: { key: id } },
      reply: () => ({ status: 200, body: key }),
    };
  });
}
