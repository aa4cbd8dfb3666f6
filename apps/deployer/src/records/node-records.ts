import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import type { Entry } from "../store/store.js";
import { type NodeRecord, parseOrNull } from "./node-record.js";

/** Every node; what is no node's record is named, and hides no other. */
export interface NodeRecords {
  readonly records: readonly { readonly record: NodeRecord; readonly entry: Entry }[];
  /** Keys of records that cannot be read. */
  readonly unreadable: readonly string[];
  readonly revision: number;
}

export async function readNodeRecords({ store }: Pick<Deployer, "store">): Promise<NodeRecords> {
  const { entries, revision } = await store.list(keys.nodes);
  const unreadable: string[] = [];
  const records = entries.flatMap((entry) => {
    const record = parseOrNull(entry);
    if (record !== null) return [{ record, entry }];
    unreadable.push(entry.key);
    return [];
  });
  return { records, unreadable, revision };
}
