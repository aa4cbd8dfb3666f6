import {
  countsInWords,
  type Rollout,
  type RolloutDetail,
  type RolloutNode,
  type RolloutNodeState,
  rolloutNodeInWords,
} from "@plasmacloud/deployer-client";
import { System } from "./nodes.js";
import { Table } from "./table.js";
import { Ago } from "./time.js";
import { rolloutNodeTones, rolloutTones } from "./tones.js";

/** One rollout as it moves, and those before it. */
export function Rollouts({ rollouts, detail }: { rollouts: readonly Rollout[]; detail: RolloutDetail | null }) {
  if (rollouts.length === 0) return <p class="faint">There was no rollout yet: nix-nos deploy rollout start.</p>;
  return (
    <>
      {detail !== null && <One rollout={detail} />}
      <h2>All rollouts</h2>
      <Table columns={["rollout", "state", "generation", "by", "began", "nodes"]}>
        {rollouts.map((rollout) => (
          <tr key={rollout.id}>
            <td>
              <a href={`#rollouts/${rollout.id}`}>{rollout.id}</a>
            </td>
            <td>
              <span class={`state ${rolloutTones[rollout.state]}`}>{rollout.state}</span>
            </td>
            <td class="text">{rollout.generation}</td>
            <td>{rollout.createdBy}</td>
            <td>
              <Ago at={rollout.createdAt} />
            </td>
            <td>{countsInWords(rollout.counts)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function One({ rollout }: { readonly rollout: RolloutDetail }) {
  const states = Object.keys(rolloutNodeTones) as RolloutNodeState[];
  const nodes = [...rollout.nodes].sort((a, b) => rankOf(a) - rankOf(b));
  return (
    <section aria-label={`Rollout ${rollout.id}`}>
      <div class="row">
        <strong>{rollout.id}</strong>
        <span class={`state ${rolloutTones[rollout.state]}`}>{rollout.state}</span>
        <span>{rollout.generation}</span>
        <span class="faint">{countsInWords(rollout.counts)}</span>
        {rollout.endedAt !== null && (
          <span class="faint">
            ended <Ago at={rollout.endedAt} />
          </span>
        )}
      </div>
      {rollout.reason !== null && (
        <p class="notice" role="status">
          {rollout.reason}
        </p>
      )}
      <div class="bar" role="img" aria-label={countsInWords(rollout.counts)}>
        {states
          .filter((state) => (rollout.counts[state] ?? 0) > 0)
          .map((state) => (
            <span
              key={state}
              class={rolloutNodeTones[state]}
              style={{ flexGrow: rollout.counts[state] }}
              title={`${rollout.counts[state]} ${state}`}
            />
          ))}
      </div>
      <Table columns={["node", "state", "since", "gets", "why"]}>
        {nodes.map((node) => (
          <tr key={node.id}>
            <td>{node.id}</td>
            <td>
              <span class={`state ${rolloutNodeTones[node.state]}`}>{node.state}</span>
            </td>
            <td>
              <Ago at={node.since} />
            </td>
            <td>{node.system === null ? <span class="faint">not built yet</span> : <System path={node.system} />}</td>
            <td class="text">{rolloutNodeInWords(node)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

/** What fails first, then what moves, then what waits, then what is done. */
function rankOf({ state }: RolloutNode): number {
  const order = ["bad", "busy", "wait", "idle", "good"];
  return order.indexOf(rolloutNodeTones[state]);
}
