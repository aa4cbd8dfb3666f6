// What comes over the wire or goes to a machine as text: messages, keys, settings, a script of iPXE.
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { parseRetryAfter } from "./client/retry.js";
import { printIpxeScript } from "./media/ipxe.js";
import { printNodeSettings } from "./media/settings.js";
import { operations } from "./operations.js";
import { makeNodeKey, readNodeKey } from "./signature/node-key.js";

const text = fc.string({ unit: "binary", maxLength: 40 });

it("any JSON is a message or is refused, and a message that is sent on is the same one", { tags: "property" }, () => {
  const bodies = Object.values(operations)
    .flatMap((operation) => ["body" in operation ? operation.body : null, ...Object.values(operation.answers)])
    .filter((body) => body instanceof z.ZodType);
  const keys = bodies.flatMap((body) => Object.keys(z.toJSONSchema(body, { io: "input" }).properties ?? {}));
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    text,
    fc.constantFrom("node01", "2026-11-25T10:00:00Z", 0, 1, null),
  );
  const message = fc.oneof(fc.dictionary(fc.constantFrom(...keys), value), fc.jsonValue());
  fc.assert(
    fc.property(fc.constantFrom(...bodies), message, (body, own) => {
      const read = body.safeParse(own);
      if (read.success) expect(body.parse(JSON.parse(JSON.stringify(read.data)))).toEqual(read.data);
      else expect(read.error.issues).not.toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

it("settings have a line for each word, whatever the words are, or are refused", { tags: "property" }, () => {
  const word = <T>(right: T) => fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, text);
  const authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const settings = fc.record({
    server: word("https://deployer.example:7443"),
    bootstrapKey: word("nnb_x"),
    hostname: word("node01"),
    authority: fc.oneof(
      fc.constant(authority),
      text,
      text.map((own) => `${own}${authority}${own}`),
    ),
    authorizedKeys: fc.array(word("ssh-ed25519 AAAA ops"), { maxLength: 2 }),
    network: fc.constant(null),
  });
  const lines = [
    /^server https:\/\/[^\s/]+$/,
    /^bootstrap-key [!-~]+$/,
    /^hostname [a-z0-9-]+$/,
    /^authorized-key \S[^\p{Cc}]*$/u,
    /^-----(BEGIN|END) CERTIFICATE-----$/,
    /^[A-Za-z0-9+/=]{1,64}$/,
  ];
  fc.assert(
    fc.property(settings, (own) => {
      let printed: string;
      try {
        printed = printNodeSettings(own);
      } catch (error) {
        return void expect(error).toBeInstanceOf(z.ZodError);
      }
      for (const line of printed.trimEnd().split("\n"))
        expect(lines.some((form) => form.test(line)) ? "" : line).toBe("");
      expect(printed.split("\n").filter((line) => line.startsWith("server "))).toHaveLength(1);
    }),
    { numRuns: 1000 },
  );
});

it("a script of iPXE has four lines of single words, whatever its addresses are", { tags: "property" }, () => {
  fc.assert(
    fc.property(text, text, (settings, netboot) => {
      const script = printIpxeScript(settings, netboot);
      expect(script).toMatch(/^#!ipxe\ninitrd [!-~]* \/nixnos\.conf mode=0400\nchain [!-~]*\n$/);
      expect(script).not.toMatch(/[\\"'$`#{}|<>](?!!ipxe)/);
    }),
  );
});

it("Retry-After is a time to wait for, or nothing", { tags: "property" }, () => {
  const header = fc.oneof(
    text,
    fc.nat().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(header, fc.nat(), (own, now) => {
      const pause = parseRetryAfter(own, now);
      if (pause !== null) expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).not.toBeNaN();
    }),
  );
});

it("a key with any change is the same key, another, or refused in one sentence", { tags: "property" }, async () => {
  const { pem } = await makeNodeKey();
  const change = fc.tuple(fc.nat(pem.length), fc.nat(4), fc.string({ unit: "binary", maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(change, async ([at, gone, put]) => {
      const own = pem.slice(0, at) + put + pem.slice(at + gone);
      const key = await readNodeKey(own).catch((error: Error) => error.message);
      if (typeof key === "string") expect(key).toBe("Not an ed25519 private key in PEM (PKCS #8).");
      else expect(key.publicKey).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    }),
  );
});
