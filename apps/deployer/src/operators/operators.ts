import { randomBytes } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { type Role, roles } from "@plasmacloud/deployer-client";
import { keys, sha256 } from "../keys.js";
import { ApiProblem } from "../problem.js";
import type { Store } from "../store/store.js";

/** Somebody who may. */
export interface Operator {
  readonly name: string;
  readonly role: Role;
}

/** An operator that the configuration names: by SHA-256 of a token in hexadecimal, or by a certificate's common name. */
export type ConfiguredOperator = Operator & ({ readonly tokenHash: string } | { readonly commonName: string });

/** Whose token this is; `null` for nobody's. */
export async function operatorOf(
  store: Store,
  configured: readonly ConfiguredOperator[],
  token: string,
): Promise<Operator | null> {
  const hash = sha256(token);
  const stored = await store.get(keys.token(hash));
  if (stored !== null) return JSON.parse(stored.value) as Operator;
  // Hashes are compared, which say nothing of the token, however long it takes.
  return configured.find((each) => "tokenHash" in each && each.tokenHash === hash) ?? null;
}

/** Whose certificate a connection has shown; `null` for none, one of another authority, or of nobody who is known. */
export function operatorOfCertificate(socket: TLSSocket, configured: readonly ConfiguredOperator[]): Operator | null {
  if (!socket.authorized) return null;
  const { subject } = socket.getPeerCertificate();
  return configured.find((each) => "commonName" in each && each.commonName === subject?.CN) ?? null;
}

/** @throws ApiProblem `forbidden` */
export function checkRole(operator: Operator, needed: Role): void {
  if (roles.indexOf(operator.role) >= roles.indexOf(needed)) return;
  throw new ApiProblem("forbidden", { detail: `It needs the role ${needed}; ${operator.name} is ${operator.role}.` });
}

/**
 * Makes the admin's token, of a store that has none, or in the place of the one that it has.
 *
 * @returns the token, which is stored as a hash only; `null` where there is one already
 */
export async function makeAdminToken(store: Store, isReset: boolean): Promise<string | null> {
  const { entries } = await store.list(keys.tokens);
  if (entries.length > 0 && !isReset) return null;
  const token = `nno_${randomBytes(32).toString("base64url")}`;
  const admin: Operator = { name: "admin", role: "admin" };
  const mark = `${keys.tokens}made`;
  const marked = entries.find(({ key }) => key === mark);
  const revision = await store.commit({
    // Of several deployers that start at once, one makes it.
    compare: [{ key: mark, revision: marked?.revision ?? 0 }],
    put: [
      { key: mark, value: "{}" },
      { key: keys.token(sha256(token)), value: JSON.stringify(admin) },
    ],
    remove: entries.map(({ key }) => key).filter((key) => key !== mark),
  });
  return revision === null ? null : token;
}
