import { describe, expect, it } from "vitest";
import { unwrap } from "../diagnostics/diagnostic.js";
import { loadTopology } from "../load/load-topology.js";
import { type IrrAnswers, irrQuestions } from "./irr.js";
import { resolveTopology } from "./resolve-topology.js";

const { document } = unwrap(
  loadTopology({
    file: "t.yaml",
    format: "yaml",
    text: `
nix-nos:
  clusters: { lab: { nodes: { n1: { role: edge, ip: 10.0.0.1 } } } }
  network:
    bgp:
      asSets: { customers: { asSet: RIPE::AS-CONE, sources: [RIPE] }, own: [64500] }
      prefixSets:
        own: [192.0.2.0/24]
        constructor: { asSet: [AS64500:AS-CUSTOMERS, AS64501], moreSpecifics: { ipv6: 48 }, maxLength: { ipv4: 24, ipv6: 48 } }
      policies: { p: [{ match: { originAs: { set: customers }, prefixSet: constructor }, then: accept }] }
`,
  }),
);

const asked = "AS64500:AS-CUSTOMERS AS64501 at most IPv4 /24 and IPv6 /48 with what is inside to IPv6 /48";
const answers: IrrAnswers = {
  prefixSets: { constructor: { asked, items: ["198.51.100.0/24", "2001:db8::/32{32,48}"] } },
  asSets: { customers: { asked: "RIPE::AS-CONE from RIPE", items: [64501, 64502, 64510] } },
};

describe("sets that name an AS-SET", () => {
  it("are questions, each with a text of its own", () => {
    expect(irrQuestions(document).map(({ of, name, text }) => [of, name, text])).toEqual([
      ["prefixSets", "constructor", asked],
      ["asSets", "customers", "RIPE::AS-CONE from RIPE"],
    ]);
  });

  it("are what the answers say", () => {
    const { bgp } = unwrap(resolveTopology(document, { irr: answers }));
    expect(bgp.prefixSets.find(({ name }) => name === "constructor")?.ranges).toEqual([
      { prefix: "198.51.100.0/24", minLength: 24, maxLength: 24 },
      { prefix: "2001:db8::/32", minLength: 32, maxLength: 48 },
    ]);
    expect(bgp.policies[0]?.terms[0]?.match.originAs).toEqual({
      name: "customers",
      ranges: [
        { min: 64501, max: 64502 },
        { min: 64510, max: 64510 },
      ],
    });
  });

  it("are refused without an answer, and with one to another question", () => {
    const { diagnostics } = resolveTopology(document, {
      irr: { prefixSets: {}, asSets: { customers: { asked: "AS-CONE", items: [64501] } } },
    });
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'NN1280 No routing registry\'s answer is on record for the prefix set "constructor".',
      'NN1280 The answer on record for the AS set "customers" is to another question: AS-CONE.',
    ]);
    expect(resolveTopology(document).diagnostics).toHaveLength(2);
  });
});
