import { describe, expect, it } from "vitest";
import { z } from "zod";
import { topologyJsonSchema } from "./json-schema.js";
import { topologySchema } from "./schema.js";

interface Schema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
}

/** Every key of the document with its path, however deep. */
function keysOf(schema: Schema, path = ""): readonly (readonly [string, Schema])[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(
    ([key, own]): readonly (readonly [string, Schema])[] => [[`${path}.${key}`, own], ...keysOf(own, `${path}.${key}`)],
  );
  const { additionalProperties } = schema;
  return [
    ...inner,
    ...(typeof additionalProperties === "object" ? keysOf(additionalProperties, `${path}.<name>`) : []),
    ...(schema.items ? keysOf(schema.items, `${path}[]`) : []),
    ...(schema.anyOf ?? []).flatMap((own) => keysOf(own, path)),
  ];
}

/** A value of its own, rather than a map whose keys explain themselves. */
function isLeaf(schema: Schema): boolean {
  if (schema.properties || schema.additionalProperties) return false;
  const parts = [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  return !parts.some((part) => !isLeaf(part));
}

describe("the JSON Schema", () => {
  const schema = topologyJsonSchema([]) as Schema;
  const keys = keysOf(schema);

  it("describes every key, in a sentence", () => {
    expect(keys.length).toBeGreaterThan(100);
    const bare = keys.filter(([path, { description }]) => path !== ".services" && !/[.;:]$/.test(description ?? ""));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it("shows an example of every value", () => {
    const bare = keys.filter(([path, own]) => path !== ".services" && isLeaf(own) && !own.examples?.length);
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it("shows only examples that it accepts", () => {
    let tried = 0;
    const visit = (own: z.ZodType) => {
      for (const example of (z.globalRegistry.get(own)?.examples ?? []) as readonly unknown[]) {
        tried++;
        expect(own.safeParse(example).error, JSON.stringify(example)).toBeUndefined();
      }
      const { shape, innerType, options, valueType, keyType, element, items } = own.def as Definition;
      for (const inner of [...Object.values(shape ?? {}), ...(options ?? []), ...(items ?? [])]) visit(inner);
      for (const inner of [innerType, valueType, keyType, element]) if (inner) visit(inner);
    };
    visit(topologySchema(null));
    expect(tried).toBeGreaterThan(70);
  });
});

/** The parts of a zod schema's definition that lead further in. */
interface Definition {
  readonly shape?: Record<string, z.ZodType>;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly valueType?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
}
