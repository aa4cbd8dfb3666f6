import type { Node } from "@plasmacloud/deployer-client";
import { useMemo, useState } from "preact/hooks";
import { Table } from "./table.js";
import { Ago } from "./time.js";
import { standingOf, type Tone, tones } from "./tones.js";

const names: { readonly [T in Exclude<Tone, "idle">]: string } = {
  bad: "in trouble",
  wait: "wait",
  busy: "being installed",
  good: "well",
};

/** Every node: as a map where one sees hundreds at a glance, and as a table in which trouble comes first. */
export function Nodes({ nodes, unreadable }: { nodes: ReadonlyMap<string, Node>; unreadable: readonly string[] }) {
  const [tone, setTone] = useState<Tone | null>(null);
  const [sought, setSought] = useState("");
  const all = useMemo(() => [...nodes.values()].map((node) => ({ node, ...standingOf(node) })).sort(inOrder), [nodes]);
  const shown = all.filter((each) => (tone === null || each.tone === tone) && isSought(each.node, each.word, sought));
  return (
    <>
      <div class="row">
        <strong>
          {all.length} {all.length === 1 ? "node" : "nodes"}
        </strong>
        {tones
          .filter((each) => each !== "idle")
          .map((each) => (
            <button
              key={each}
              type="button"
              class={`state ${each}`}
              aria-pressed={tone === each}
              onClick={() => setTone(tone === each ? null : each)}
            >
              {all.filter((one) => one.tone === each).length} {names[each]}
            </button>
          ))}
        <input
          type="search"
          placeholder="name, site, system, message"
          aria-label="Search nodes"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      </div>
      {unreadable.length > 0 && (
        <p class="notice" role="alert">
          Records that cannot be read, and are not shown: {unreadable.join(", ")}
        </p>
      )}
      <ul class="map" aria-label="All nodes">
        {all
          .toSorted((a, b) => byName(a.node, b.node))
          .map(({ node, word, tone: own }) => (
            <li key={node.id}>
              <a class={own} href={`#nodes/${node.id}`} title={`${node.id}: ${word}`}>
                <span class="spoken">
                  {node.id}: {word}
                </span>
              </a>
            </li>
          ))}
      </ul>
      {all.length === 0 ? (
        <p class="faint">No machine has phoned home yet. A bootstrap key lets one: nix-nos deploy keys create.</p>
      ) : (
        <Table columns={["node", "state", "heard", "site", "runs", "says"]}>
          {shown.map(({ node, word, tone: own }) => (
            <tr key={node.id} id={`nodes/${node.id}`}>
              <td>
                {node.id}
                {node.isLocked && <span class="faint"> locked</span>}
                {!node.isPlanned && <span class="faint"> not in the topology</span>}
              </td>
              <td>
                <span class={`state ${own}`}>{word}</span>
              </td>
              <td>
                <Ago at={node.lastSeen} />
              </td>
              <td>{node.site}</td>
              <td>
                <System path={node.system} />
                {node.wantedSystem !== null && node.wantedSystem !== node.system && (
                  <div class="faint">
                    wanted: <System path={node.wantedSystem} />
                  </div>
                )}
              </td>
              <td class="text">{node.message}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** The name without the hash, which is its tooltip. */
export function System({ path }: { readonly path: string | null }) {
  if (path === null) return <span class="faint">an installer</span>;
  return <code title={path}>{path.replace(/^\/nix\/store\/[0-9a-z]{32}-(nixos-system-)?/, "")}</code>;
}

function isSought(node: Node, word: string, sought: string): boolean {
  const text = [node.id, word, node.site, node.system, node.message, node.address].join(" ").toLowerCase();
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}

type Standing = { readonly node: Node; readonly tone: Tone };

function inOrder(a: Standing, b: Standing): number {
  return tones.indexOf(a.tone) - tones.indexOf(b.tone) || byName(a.node, b.node);
}

const collator = new Intl.Collator("en", { numeric: true });

function byName(a: Node, b: Node): number {
  return collator.compare(a.id, b.id);
}
