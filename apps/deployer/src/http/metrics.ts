import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Deployer } from "../deployer.js";
import { listNodes } from "../operators/nodes.js";
import { listRollouts } from "../rollout/read.js";
import { StoreUnavailable } from "../store/store.js";

/** What Prometheus reads. */
export interface Metrics {
  readonly answered: (operation: string, status: number, seconds: number) => void;
  readonly watchers: { readonly inc: () => void; readonly dec: () => void };
  readonly read: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

export function createMetrics(deployer: Deployer): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "deployer_requests_total",
    help: "Requests by operation and status.",
    labelNames: ["operation", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "deployer_request_duration_seconds",
    help: "Time until the answer, by operation.",
    labelNames: ["operation"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const watchers = new Gauge({ name: "deployer_watchers", help: "Open watch streams.", registers });
  new Gauge({
    name: "deployer_nodes",
    help: "Nodes by state and liveness.",
    labelNames: ["state", "liveness"],
    registers,
    async collect() {
      this.reset();
      try {
        const { nodes } = await listNodes(deployer);
        for (const { state, liveness } of nodes) this.inc({ state: state.name, liveness });
      } catch (error) {
        // The rest is measured also while the store is away.
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    },
  });
  new Gauge({
    name: "deployer_rollout_nodes",
    help: "Nodes of the newest rollout by their state in it.",
    labelNames: ["rollout", "state"],
    registers,
    async collect() {
      this.reset();
      try {
        const { rollouts } = await listRollouts(deployer, { limit: 1 });
        for (const { id, counts } of rollouts) {
          for (const [state, number] of Object.entries(counts)) this.set({ rollout: id, state }, number);
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    },
  });
  return {
    answered: (operation, status, seconds) => {
      requests.inc({ operation, status: String(status) });
      durations.observe({ operation }, seconds);
    },
    watchers: { inc: () => watchers.inc(), dec: () => watchers.dec() },
    read: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
