// docs/topology.md is for people: what it leaves out or garbles, they do not find.
import { parseSource, topologyJsonSchema } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { extensions } from "../apps/cli/src/extensions.js";
// @ts-expect-error: a plain script without types
import { topologyPage } from "../scripts/topology-page.mjs";

const page: string = topologyPage(topologyJsonSchema(extensions));
const sections = page.split("\n## ").slice(1);

describe("the page", () => {
  it("has a row for every key that the schema knows", () => {
    const keys = new Set<string>();
    const collect = (value: unknown): void => {
      if (value === null || typeof value !== "object") return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === "properties") for (const name of Object.keys(inner)) keys.add(name);
        if (key !== "examples") collect(inner);
      }
    };
    collect(topologyJsonSchema(extensions));
    expect([...keys].filter((key) => !page.includes(`\n| \`${key}\` | `))).toEqual([]);
    expect(keys.size).toBeGreaterThan(90);
  });

  it("leads every link to a heading", () => {
    const anchors = sections.map((section) => {
      const heading = section.split("\n")[0]?.toLowerCase() ?? "";
      return heading.replace(/[^a-z0-9 _-]/g, "").replaceAll(" ", "-");
    });
    const targets = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, target]) => target);
    expect(new Set(targets)).toEqual(new Set(anchors));
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it("has examples that are YAML, and says required and default", () => {
    const examples = [...page.matchAll(/Example(?: of one)?: `([^`]*)`/g)].map(([, text = ""]) => text);
    expect(examples.length).toBeGreaterThan(60);
    for (const text of examples) {
      expect(parseSource({ file: text, format: "yaml", text: text.replaceAll("\\|", "|") }).diagnostics).toEqual([]);
    }
    expect(page).toMatch(/\n\| `prefixes` \| list of text, 1 at least \| \*\*required\*\* \| /);
    expect(page).toMatch(/\n\| `quarantineDays` \| whole number, 0 to 3650 \| `7` \| /);
  });

  it("describes each object once, at the first of its places", () => {
    const pool = sections.filter((section) => section.includes("| `quarantineDays` |"));
    expect(pool).toHaveLength(2);
    expect(pool[0]).toContain("`nix-nos.network.pools.<name>`\n");
    expect(pool[0]).toContain("The same at `nix-nos.network.vlans.<name>.pool`.");
  });
});

it("breaks out of no table, link or code, whatever the schema holds", () => {
  const hostile = 'a | b\n\n## x `c|d` <b> *e* [f](g) _h_ \\ ``` "';
  const schema = {
    type: "object",
    properties: {
      "we|ird`key": { type: "string", description: hostile, default: hostile, examples: [hostile, "second"] },
      choice: { enum: ["a|b", "true", "1", null], examples: [{ "k:": ["x: y", "-", "", 1.5, true, null] }] },
      pair: { type: "array", prefixItems: [{ type: "string" }, { type: "integer", minimum: 1 }], items: false },
    },
    required: ["pair"],
  };
  expect(topologyPage(schema).split("\n").slice(-5).join("\n")).toMatchInlineSnapshot(`
    "| --- | ---- | ------- | ------- |
    | \`\` we\\|ird\`key \`\` | text | \`\`\`\` "a \\| b\\n\\n## x \`c\\|d\` <b> *e* [f](g) _h_ \\\\ \`\`\` \\"" \`\`\`\` | a \\| b ## x \`c\\|d\` \\<b\\> \\*e\\* \\[f\\](g) \\_h\\_ \\\\ \\\`\\\`\\\` " Example: \`\`\`\` we\\|ird\`key: "a \\| b\\n\\n## x \`c\\|d\` <b> *e* [f](g) _h_ \\\\ \`\`\` \\"" \`\`\`\` |
    | \`choice\` | one of \`"a\\|b"\`, \`"true"\`, \`"1"\`, \`null\` |  | Example: \`choice: { "k:": ["x: y", "-", "", 1.5, true, null] }\` |
    | \`pair\` | list of text and whole number, 1 at least, exactly 2 | **required** |  |
    "
  `);
});
