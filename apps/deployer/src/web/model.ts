import type { AuditEntry, Node, Rollout, RolloutDetail, RolloutNode, WatchEvent } from "@plasmacloud/deployer-client";

/** What the page shows. */
export interface Model {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Keys of the store that are no nodes'. */
  readonly unreadable: readonly string[];
  /** The newest first. */
  readonly rollouts: readonly Rollout[];
  /** The rollout that is looked at. */
  readonly detail: RolloutDetail | null;
  /** The newest first. */
  readonly audit: readonly AuditEntry[];
}

export const emptyModel: Model = { nodes: new Map(), unreadable: [], rollouts: [], detail: null, audit: [] };

const mostEntries = 1000;

/** The model after an event of the watch stream. One that was known already, as after a list, changes nothing. */
export function afterEvent(model: Model, event: WatchEvent): Model {
  switch (event.type) {
    case "ready":
      return model;
    case "node":
      return { ...model, nodes: new Map(model.nodes).set(event.node.id, event.node) };
    case "node-removed": {
      const nodes = new Map(model.nodes);
      nodes.delete(event.id);
      return { ...model, nodes };
    }
    case "audit":
      if (model.audit.some(({ id }) => id === event.entry.id)) return model;
      return { ...model, audit: [event.entry, ...model.audit].slice(0, mostEntries) };
    case "rollout": {
      const { rollout } = event;
      const others = model.rollouts.filter(({ id }) => id !== rollout.id);
      const rollouts = [...others, rollout].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
      const detail = model.detail?.id === rollout.id ? { ...model.detail, ...rollout } : model.detail;
      return { ...model, rollouts, detail };
    }
    case "rollout-node":
      return model.detail?.id === event.rollout ? { ...model, detail: withNode(model.detail, event.node) } : model;
  }
}

/** An event says nothing of why a node waits, so what was known of that stays while it waits. */
function withNode(detail: RolloutDetail, node: RolloutNode): RolloutDetail {
  const nodes = detail.nodes.map((each) =>
    each.id === node.id ? { ...node, waitsFor: node.state === each.state ? each.waitsFor : node.waitsFor } : each,
  );
  return { ...detail, nodes };
}
