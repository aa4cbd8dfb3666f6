import { type Choices, hasErrors, unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClusterConfig } from "../cluster-config.js";
import { plasmacloudCluster } from "../extension.js";
import { cluster, loaded } from "../network.test-support.js";

/** One run: what is remembered after it, and what each node is told. */
function run(text: string, before: Choices = {}) {
  const { network, services } = loaded(text, before);
  const extended = plasmacloudCluster.extend?.(network, services);
  if (!extended?.value) return { codes: extended?.diagnostics.map(({ code }) => code), choices: before, documents: [] };
  const outcome = plasmacloudCluster.render(extended.value, {}, services);
  if (hasErrors(outcome.diagnostics)) {
    return { codes: outcome.diagnostics.map(({ code }) => code), choices: before, documents: [] };
  }
  const documents = unwrap(outcome)
    .artifacts.filter(({ kind }) => kind === "cluster-config")
    .map(({ text: own }) => JSON.parse(own) as ClusterConfig);
  return { codes: [], choices: extended.value.choices ?? {}, documents };
}

const founders = (documents: readonly ClusterConfig[]) =>
  documents.filter(({ bootstrap }) => bootstrap).map(({ node_id }) => node_id);
const member = (name: string) => `${name}: chainfire`;
const of = (...names: readonly string[]) => cluster(...names.map(member));

describe("who founded a cluster is remembered", () => {
  const first = run(of("n2", "n3", "n4"));

  it("with the first run", () => {
    expect(founders(first.documents)).toEqual(["n2"]);
    expect(first.choices).toEqual({
      "cluster/lab/member/n2": "founder",
      "cluster/lab/member/n3": "member",
      "cluster/lab/member/n4": "member",
      "cluster/lab/tls": "on",
    });
  });

  it("and whether with TLS, which then neither goes off nor comes on", () => {
    const withTls = (enable: boolean) => `${of("n2", "n3", "n4")}services: { tls: { enable: ${enable} } }\n`;
    expect(run(withTls(false), first.choices).codes).toEqual(["PC3016"]);
    const plain = run(withTls(false));
    expect(run(withTls(true), plain.choices).codes).toEqual(["PC3016"]);
    expect(run(withTls(false), plain.choices)).toEqual(plain);
    const { "cluster/lab/tls": _, ...older } = plain.choices;
    expect(run(withTls(true), older).codes).toEqual([]);
  });

  it("a node that is added joins, also when it sorts first", () => {
    const grown = run(of("n1", "n2", "n3", "n4"), first.choices);
    expect(founders(grown.documents)).toEqual(["n2"]);
    expect(grown.documents[0]).toMatchObject({ node_id: "n1", bootstrap: false });
    expect(grown.documents[0]?.join_endpoints[0]).toBe("10.0.0.2:2379");
  });

  it("when the founder leaves, nobody takes its place, and it joins if it comes back", () => {
    const left = run(of("n1", "n3", "n4"), first.choices);
    expect(founders(left.documents)).toEqual([]);
    for (const document of left.documents) {
      expect(document.initial_peers).toHaveLength(1);
      expect(document.join_endpoints).toHaveLength(2);
    }
    const back = run(of("n2", "n3", "n4"), left.choices);
    expect(founders(back.documents)).toEqual([]);
    expect(back.documents[0]?.join_endpoints).toEqual(["10.0.0.2:2379", "10.0.0.3:2379"]);
  });

  it("a founder that stops running the service has left as well", () => {
    const left = run(cluster("n2:", member("n3"), member("n4"), member("n5")), first.choices);
    expect(founders(left.documents)).toEqual([]);
    expect(Object.keys(left.choices)).not.toContain("cluster/lab/member/n2");
  });

  it("a mark on another node, and members of whom none was there, are refused", () => {
    const marked = of("n2", "n3", "n4").replace("10.0.0.2,", "10.0.0.2, bootstrap: true,");
    expect(run(marked, first.choices).codes).toEqual(["PC3013"]);
    expect(run(of("n7", "n8", "n9"), first.choices).codes).toEqual(["PC3014"]);
    // Without a record the mark decides, and is what is remembered.
    expect(founders(run(marked).documents)).toEqual(["n3"]);
    expect(founders(run(of("n2", "n3", "n4"), run(marked).choices).documents)).toEqual(["n3"]);
  });

  it("a cluster that is away for a run is remembered", () => {
    const away = run(cluster("-x:"), first.choices);
    expect(away.choices).toEqual(first.choices);
  });

  it("another cluster's record is its own, whatever the names", () => {
    expect(run(of("n2"), { "cluster/labs/member/n9": "founder" }).choices).toMatchObject({
      "cluster/lab/member/n2": "founder",
      "cluster/labs/member/n9": "founder",
    });
  });
});

it("over any history of nodes that come and go, there is one founder at most, and always the same one", {
  tags: "property",
}, () => {
  const names = ["n0", "n1", "n2", "n3", "n4", "n5"];
  fc.assert(
    fc.property(fc.array(fc.subarray(names, { minLength: 1 }), { minLength: 1, maxLength: 12 }), (history) => {
      let choices: Choices = {};
      const seen: string[] = [];
      for (const present of history) {
        const step = run(of(...present), choices);
        choices = step.choices;
        const now = founders(step.documents);
        expect(now.length).toBeLessThanOrEqual(1);
        seen.push(...now);
        // Who is no founder has somebody to ask, unless it is alone.
        for (const { bootstrap, join_endpoints } of step.documents) {
          if (!bootstrap && present.length > 1) expect(join_endpoints.length).toBe(present.length - 1);
        }
      }
      expect(new Set(seen).size).toBe(1);
    }),
  );
});
