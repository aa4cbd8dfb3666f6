import { type Diagnostic, hasErrors } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { birdConfig } from "./bird/config.js";
import { birdSays, gobgpdSays } from "./daemons.test-support.js";
import { documents, everyKey } from "./document.test-support.js";
import { gobgpSidecarConfig, gobgpSpeakerConfig, printGobgp } from "./gobgp/config.js";
import { openingsOf } from "./gobgp-openings.test-support.js";
import type { BgpSpeaker } from "./plan/types.js";
import { planOf } from "./planned-document.test-support.js";

/** What daemons say against the files that a speaker gets. */
function saidOf(speaker: BgpSpeaker): string {
  if (speaker.daemon === "gobgp") return gobgpdSays(printGobgp(gobgpSpeakerConfig(speaker)));
  // The secrets are on the node.
  const said = birdSays(birdConfig(speaker).replace(/include ".*"/g, 'password "x"'));
  return speaker.sidecar ? said + gobgpdSays(printGobgp(gobgpSidecarConfig(speaker.sidecar))) : said;
}

/** A line that a terminal shows as it is. */
function isPlain({ message, hint = "", code }: Diagnostic): boolean {
  return /^NN\d{4}$/.test(code) && message !== "" && !/\p{Cc}|\p{Surrogate}/u.test(message + hint);
}

/** Every key anywhere in a document. */
function keysIn(value: unknown): readonly string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

const runs = { bird: 100, gobgp: 90 };

/** Tries documents, and says how many are taken, and which keys those have. */
function tried(daemon: "bird" | "gobgp", seed: number | undefined) {
  let taken = 0;
  let met = 0;
  const keys = new Set<string>();
  fc.assert(
    fc.property(documents(daemon), (document) => {
      const { value, diagnostics } = planOf(document, daemon);
      expect(diagnostics.filter((diagnostic) => !isPlain(diagnostic))).toEqual([]);
      expect(value === null).toBe(hasErrors(diagnostics));
      if (value === null) return;
      for (const speaker of value.speakers) {
        expect(saidOf(speaker)).toBe("");
        met += speaker.sessions.filter(({ peer }) => peer !== null).length;
      }
      taken++;
      for (const key of keysIn(document)) keys.add(key);
    }),
    // To shrink a document is to start daemons for minutes; the seed leads back to it.
    {
      numRuns: seed === undefined ? runs[daemon] / 2 : runs[daemon],
      endOnFailure: true,
      ...(seed !== undefined && { seed }),
    },
  );
  return { taken, met, keys };
}

const timeout = 120_000;

it("is taken by BIRD or refused, whatever a document says; many are taken, with every key there is", {
  timeout,
}, () => {
  const { taken, keys } = tried("bird", 4);
  expect(taken).toBeGreaterThan(runs.bird / 3);
  expect([...everyKey].filter((key) => !keys.has(key))).toEqual([]);
});

it("is taken by GoBGP or refused, whatever a document says; many are taken", { timeout }, () => {
  const { taken, met } = tried("gobgp", 4);
  expect(taken).toBeGreaterThan(runs.gobgp / 8);
  expect(met).toBeGreaterThan(0);
});

it.each(["bird", "gobgp"] as const)("is taken by %s or refused, by any other seed too", { timeout }, (daemon) => {
  tried(daemon, undefined);
});

it("never has an opening in GoBGP's gate: an undefined name, one name for two things, an empty set", {
  timeout,
}, () => {
  expect(openingsOf({ global: { "apply-policy": { config: { "import-policy-list": ["x"] } } } })).toHaveLength(1);
  let looked = 0;
  fc.assert(
    fc.property(documents("gobgp"), (document) => {
      for (const speaker of planOf(document, "gobgp").value?.speakers ?? []) {
        expect(openingsOf(gobgpSpeakerConfig(speaker))).toEqual([]);
        looked++;
      }
    }),
    { numRuns: 120, endOnFailure: true, seed: 4 },
  );
  expect(looked).toBeGreaterThan(30);
});
