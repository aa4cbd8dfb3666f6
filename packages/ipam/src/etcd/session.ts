import type { PoolDefinition } from "../pool.js";
import type { EtcdClient } from "./client.js";
import { type Knowledge, readKnowledge } from "./knowledge.js";
import type { Layout } from "./layout.js";

/** What the operations of one store share. They run one after the other. */
export interface Session {
  readonly client: EtcdClient;
  readonly layout: Layout;
  readonly pools: readonly PoolDefinition[];
  readonly now: () => Date;
  /** From 0 up to, not including, 1: parts writers who collide. */
  readonly random: () => number;
  /** `null` until it is needed, and when it is known to be out of date. */
  knowledge: Knowledge | null;
}

/** What is known, read if need be; what has rested is free. */
export async function knowledgeOf(session: Session): Promise<Knowledge> {
  session.knowledge ??= await readKnowledge(session.client, session.layout, session.pools);
  session.knowledge.holdings.expire(session.now().getTime());
  return session.knowledge;
}
