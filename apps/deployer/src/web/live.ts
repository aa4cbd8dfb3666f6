import { DeployerError, type OperatorClient } from "@plasmacloud/deployer-client";
import { afterEvent, type Model } from "./model.js";
import { waitFor } from "./session.js";

/** Whom the page tells what it hears. */
export interface Listener {
  /** The model changes by this. */
  change(next: (model: Model) => Model): void;
  /** Whether what is shown is what is. */
  connected(isLive: boolean): void;
  /** Nobody is logged in any more, and why. */
  refused(reason: string): void;
}

/** The server reckons how long nodes were silent, and tells of no silence; and a watch goes on by itself, in silence. */
const relist = 10_000;

/**
 * Keeps the model as the deployer has it, until the signal is aborted: lists, and watches from there.
 *
 * @param once - the same client, which tries nothing again
 */
export async function stayLive(
  { client, once }: { readonly client: OperatorClient; readonly once: OperatorClient },
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  const look = () =>
    listNodes(once, listener).then(
      () => listener.connected(true),
      () => listener.connected(false),
    );
  const silence = setInterval(() => void look(), relist);
  signal.addEventListener("abort", () => clearInterval(silence), { once: true });
  while (!signal.aborted) {
    try {
      const after = await list(client, listener);
      listener.connected(true);
      for await (const { event } of client.watch({ after, signal })) {
        listener.change((model) => afterEvent(model, event));
      }
    } catch (error) {
      if (signal.aborted) return;
      listener.connected(false);
      // What changed since is gone: list again. Anything else that is final needs a person.
      const isRefused =
        error instanceof DeployerError && error.problem.code !== "compacted" && !error.problem.retryable;
      if (isRefused) return listener.refused(error.message);
      await waitFor(3000, signal).catch(() => undefined);
    }
  }
}

/** @returns the revision to watch from: the oldest of what was listed */
async function list(client: OperatorClient, listener: Listener): Promise<number> {
  const revision = await listNodes(client, listener);
  const [{ rollouts }, { entries }] = await Promise.all([
    client.listRollouts({ limit: 50 }),
    client.audit({ limit: 200 }),
  ]);
  listener.change((model) => ({ ...model, rollouts, audit: entries }));
  return revision;
}

async function listNodes(client: OperatorClient, listener: Listener): Promise<number> {
  const { nodes, unreadable, revision } = await client.listNodes();
  listener.change((model) => ({ ...model, nodes: new Map(nodes.map((node) => [node.id, node])), unreadable }));
  return revision;
}

/** Reads one rollout whole, with why each of its nodes waits. */
export async function readRollout(client: OperatorClient, listener: Listener, id: string): Promise<void> {
  const detail = await client.getRollout(id).catch(() => null);
  listener.change((model) => ({ ...model, detail: detail ?? model.detail }));
}
