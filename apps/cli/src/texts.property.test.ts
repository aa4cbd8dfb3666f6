// Files and answers that the command line reads, whatever stands in them, and what it prints of anything.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeAuthority } from "@nix-nos/pki";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseAuthority, parseCertificate } from "./certs/parse.js";
import { temporaryFolder } from "./cli.test-support.js";
import { Failure } from "./failure.js";
import { printIrr } from "./irr/answers-file.js";
import { nixDiagnostic } from "./load/nix-error.js";
import { parseOrNull } from "./parse-or-null.js";
import { printTable } from "./print/table.js";
import { columns } from "./print/text.js";
import { type Manifest, manifestName, printManifest, readManifest } from "./write/manifest.js";

const text = fc.string({ unit: "binary", maxLength: 20 });

/** A text with some of it cut out, and something put in. */
const edit = fc.record({
  at: fc.nat(2000),
  gone: fc.nat(8),
  put: fc.oneof(text, fc.constantFrom('"', "{", "}", "1e99")),
});
const edited = (whole: string, { at, gone, put }: { at: number; gone: number; put: string }) => {
  const start = at % (whole.length + 1);
  return whole.slice(0, start) + put + whole.slice(start + gone);
};

const manifest = fc.record<Manifest>({
  version: fc.constant(1),
  generator: fc.record({ name: fc.constant("nix-nos"), version: text }),
  topology: fc.record({ digest: text }),
  files: fc.uniqueArray(
    fc.record({
      path: fc.stringMatching(/^[a-z]{1,5}(\/[a-z._-]{3,5}){0,2}$/).filter((path) => path !== manifestName),
      sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
      bytes: fc.nat(),
      node: fc.option(text),
      layer: fc.constantFrom(1, 2, 3),
      kind: text,
    }),
    { selector: ({ path }) => path, maxLength: 4 },
  ),
});

it("a manifest is read as it was written; with any change it is read or refused", { tags: "property" }, () => {
  const folder = temporaryFolder();
  const read = (content: string) => {
    writeFileSync(join(folder, manifestName), content);
    return readManifest(folder);
  };
  fc.assert(
    fc.property(manifest, edit, (own, change) => {
      const files = [...own.files].sort((a, b) => (a.path < b.path ? -1 : 1));
      const sorted = (found: Manifest | null) => found && [...found.files].sort((a, b) => (a.path < b.path ? -1 : 1));
      expect(sorted(read(printManifest(own)))).toEqual(files);
      try {
        expect(read(edited(printManifest(own), change))).not.toBeNull();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        expect(error.diagnostics.map(({ code }) => code)).toEqual(["NN9006"]);
      }
    }),
  );
});

it("registries' answers are written as JSON of the same", { tags: "property" }, () => {
  const beside = { file: "f", name: "n", text: null, owner: null };
  const answers = <T>(item: fc.Arbitrary<T>) => fc.dictionary(text, fc.record({ asked: text, items: fc.array(item) }));
  fc.assert(
    fc.property(answers(text), answers(fc.nat()), (prefixSets, asSets) => {
      expect(parseOrNull(printIrr(beside, { prefixSets, asSets }))).toEqual(
        JSON.parse(JSON.stringify({ version: 1, prefixSets, asSets })),
      );
    }),
  );
});

it("whatever Nix says is one diagnostic, without what moves a cursor", { tags: "property" }, () => {
  const piece = fc.oneof(
    text,
    fc.constantFrom(
      "error: ",
      "\n",
      "\u001b[31m",
      " at /tmp/a.nix:3:4:",
      "at /nix/store/x/lib.nix:1:2",
      "…",
      "error:",
      "\n\n",
    ),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      (stderr) => {
        const { code, message, line } = nixDiagnostic(stderr);
        expect(["NN1006", "NN1008"]).toContain(code);
        expect(message).toMatch(/^Nix says: \S/);
        expect(message).not.toContain("\u001b[31m");
        expect(line === undefined || line > 0 || stderr.includes(`:${line}:`)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

it("a table is as wide as the terminal at most, and has a line for each row", { tags: "property" }, () => {
  // Of rare characters nobody is certain how wide a terminal draws them.
  const character = fc.constantFrom("a", " ", "é", "京", "🦊", "…", "\u001b", "\n", "\u0301");
  const cell = fc.string({ unit: character, maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
      fc.option(fc.integer({ min: 30, max: 120 })),
      (rows, width) => {
        const lines = printTable(["one", "two", "three"], rows, width).split("\n");
        expect(lines).toHaveLength(rows.length + 2);
        if (width !== null) for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
        for (const line of lines) expect(line).not.toMatch(/\p{Cc}|\p{Cs}/u);
      },
    ),
  );
});

it("a table cuts no character in two", () => {
  expect(printTable(["one", "two"], [["ab", "🦊".repeat(20)]], 20)).toBe(`one  two\nab   ${"🦊".repeat(7)}…\n`);
});

it("a certificate with any change is read, or is no certificate", { tags: "property" }, async () => {
  const pair = await makeAuthority("lab", { notBefore: 0, notAfter: 86_400_000 });
  fc.assert(
    fc.property(edit, edit, (certificate, key) => {
      const own = { certificate: edited(pair.certificate, certificate), key: edited(pair.key, key) };
      const authority = parseAuthority(own);
      if (typeof authority === "string") expect(authority).toMatch(/^its (certificate|key) /);
      else expect(authority.notBefore).toBeLessThan(authority.notAfter);
      const found = parseCertificate(own, pair);
      if (found !== null) expect(found.isSignedByAuthority || own.certificate !== pair.certificate).toBe(true);
    }),
  );
});
