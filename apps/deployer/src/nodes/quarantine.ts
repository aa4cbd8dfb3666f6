import { type Claim, claimSchema, type PhoneHome } from "@plasmacloud/deployer-client";
import { change } from "../change.js";
import type { Deployer, Request } from "../deployer.js";
import { keys } from "../keys.js";
import { auditPut } from "../records/audit-record.js";
import type { Store } from "../store/store.js";

/** More newcomers than this for one node tell an operator nothing new. */
const most = 16;

/** Notes a newcomer that claims to be a node. The node itself is not touched, and the bootstrap key not used. */
export async function quarantine(
  deployer: Deployer,
  request: Request,
  hostname: string,
  { message, fingerprint }: { readonly message: PhoneHome; readonly fingerprint: string },
): Promise<void> {
  const { store } = deployer;
  const key = keys.claim(hostname, message.nodeKey);
  const now = deployer.now();
  const claim: Claim = {
    nodeKey: message.nodeKey,
    sshHostKeys: message.sshHostKeys,
    inventory: message.inventory,
    fingerprint,
    address: request.address,
    bootId: message.bootId,
    at: new Date(now).toISOString(),
  };
  await change(store, async () => {
    const { entries } = await store.list(keys.claims(hostname));
    // The same newcomer again is no other claim.
    if (entries.length >= most || entries.some((entry) => entry.key === key)) return { commit: null, value: undefined };
    const deed = { action: "quarantine", node: hostname, details: { fingerprint, address: request.address } };
    const audit = auditPut(deed, { ...request, actor: `newcomer at ${request.address}`, now });
    const compare = [{ key, revision: 0 }];
    return {
      commit: { compare, put: [{ key, value: JSON.stringify(claim) }, audit], remove: [] },
      answer: () => undefined,
    };
  });
}

/** Who else claimed to be this node. */
export async function claimsOf(store: Store, hostname: string): Promise<readonly Claim[]> {
  const { entries } = await store.list(keys.claims(hostname));
  return entries.map(({ value }) => claimSchema.parse(JSON.parse(value)));
}
