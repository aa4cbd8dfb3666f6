import type { Logger } from "pino";
import type { Config } from "./config.js";
import type { SshProbe } from "./push/probe.js";
import type { PushConfig } from "./push/push-config.js";
import type { OpenSsh } from "./push/ssh.js";
import type { RenderedTree } from "./rendered-tree.js";
import type { Store } from "./store/store.js";
import type { InTurn } from "./turns.js";

/** What every action of the deployer works with. */
export interface Deployer {
  readonly store: Store;
  readonly tree: RenderedTree;
  readonly ssh: OpenSsh;
  readonly probe: SshProbe;
  readonly push: PushConfig;
  readonly rollouts: Config["rollouts"];
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly inTurn: InTurn;
  /** Nodes whose system this process is looking at now. */
  readonly confirming: Set<string>;
  /** Milliseconds of silence after which a node counts as lost. */
  readonly lostTimeout: number;
}

/** Who asks, and in which request. */
export interface Request {
  /** As in the audit log: `operator NAME`, `node NAME`, `policy` or `deployer`. */
  readonly actor: string;
  readonly requestId: string;
  /** Where the request came from. */
  readonly address: string;
}
