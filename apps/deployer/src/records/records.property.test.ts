// Records of the store, which other programs write too: what is kept is read back, and anything else is refused.
import { phases, rolloutNodeStates } from "@plasmacloud/deployer-client";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson } from "../http/body.js";
import { ApiProblem } from "../problem.js";
import { parseAuditEntry } from "./audit-record.js";
import { parseBootstrapKey, printBootstrapKey } from "./bootstrap-key-record.js";
import { type NodeRecord, parseNodeRecord, parseOrNull, printNodeRecord } from "./node-record.js";
import {
  parseRollout,
  parseRolloutNode,
  parseRolloutOrder,
  printRolloutNode,
  printRolloutOrder,
  type RolloutOrder,
} from "./rollout-record.js";

const text = fc.string({ unit: "binary", maxLength: 20 });
const node: fc.Arbitrary<NodeRecord> = fc.record({
  hostname: text,
  bootstrap_key_hash: text,
  ssh_pubkey: text,
  ssh_host_keys: fc.array(text),
  last_seen: text,
  node_key: text,
  fingerprint: text,
  site: fc.option(text),
  address: text,
  boot_id: text,
  sequence: fc.nat(),
  event_sequence: fc.nat(),
  retired_boot_ids: fc.array(text),
  installed_in_boot: fc.option(text),
  system: fc.option(text),
  wanted_system: fc.option(text),
  health: fc.constant(null),
  message: fc.option(text),
  is_locked: fc.boolean(),
  created_at: text,
  change_revision: fc.option(fc.nat()),
  state: fc.oneof(
    fc.record({ name: fc.constantFrom("Pending" as const, "Active" as const) }),
    fc.record({ name: fc.constant("Provisioning" as const), phase: fc.constantFrom(...phases), failures: fc.nat() }),
    fc.record({
      name: fc.constant("Failed" as const),
      phase: fc.constantFrom(...phases),
      errorType: fc.string({ minLength: 1, maxLength: 64 }),
      count: fc.integer({ min: 1 }),
    }),
  ),
});

it("are read as they were written", { tags: "property" }, () => {
  fc.assert(
    fc.property(node, (own) => {
      expect(parseNodeRecord({ key: "k", value: printNodeRecord(own) })).toEqual(own);
    }),
  );
  const record = fc.record({
    state: fc.constantFrom(...rolloutNodeStates),
    since: fc.constant("2026-11-25T10:00:00Z"),
    system: fc.constant(null),
    previous: fc.constant(null),
    message: fc.option(fc.stringMatching(/^[ -~]{1,20}$/)),
  });
  const order = fc.record({
    order: fc.array(text),
    groups: fc.constant<RolloutOrder["groups"]>([]),
    skipped: fc.array(fc.record({ id: text, message: text })),
    systems: fc.option(fc.dictionary(fc.stringMatching(/^[a-z0-9-]{1,9}$/), text)),
  });
  fc.assert(
    fc.property(record, order, (own, wanted) => {
      expect(parseRolloutNode({ value: printRolloutNode(own) })).toEqual(own);
      expect(parseRolloutOrder({ value: printRolloutOrder(wanted) })).toEqual(JSON.parse(JSON.stringify(wanted)));
    }),
  );
});

it("that are none are refused, and never taken for something else", { tags: "property" }, () => {
  const edit = fc.tuple(fc.nat(800), fc.nat(8), fc.oneof(text, fc.constantFrom('"', "{", "null", ":1,", "\\u0000")));
  fc.assert(
    fc.property(node, edit, fc.oneof(fc.json(), text), (own, [at, gone, put], other) => {
      const whole = printNodeRecord(own);
      for (const value of [whole.slice(0, at) + put + whole.slice(at + gone), other]) {
        const read = parseOrNull({ value });
        if (read === null) expect(() => parseNodeRecord({ key: "k", value })).toThrow(ApiProblem);
        else expect(parseOrNull({ value: printNodeRecord(read) })).toEqual(read);
      }
      for (const parse of [parseRollout, parseRolloutNode, parseRolloutOrder, parseAuditEntry])
        expect(() => parse({ value: other })).toThrow();
      expect(() => printBootstrapKey(parseBootstrapKey({ key: "k", value: other, revision: 1 }))).toThrow();
    }),
  );
});

it("a body is JSON in UTF-8, or malformed", { tags: "property" }, () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
  );
  fc.assert(
    fc.property(bytes, (body) => {
      try {
        expect(parseJson(body)).not.toBeUndefined();
      } catch (error) {
        expect(error).toMatchObject({ code: "malformed" });
      }
    }),
  );
});
