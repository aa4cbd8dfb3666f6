/** As much of a JSON Schema as completion looks at. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** The schemas that may hold at a path of keys and `-` for items of lists. */
export function schemasAt(root: Schema, path: readonly string[]): readonly Schema[] {
  let found = alternatives(root, [root], 0);
  for (const key of path) {
    const next = found.flatMap((schema): readonly Schema[] => {
      if (key === "-") return schema.items === undefined ? [] : [schema.items];
      const own =
        schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : null;
      if (own) return [own];
      return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
    });
    found = alternatives(root, next, 0);
  }
  return found;
}

/** Words that stand for themselves as a value. */
export function valuesOf(schema: Schema): readonly string[] {
  const words = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])];
  return [...words, ...(schema.type === "boolean" ? [true, false] : [])].map(String);
}

function alternatives(root: Schema, schemas: readonly Schema[], depth: number): readonly Schema[] {
  // References may go in a circle.
  if (depth > 8) return schemas;
  return schemas.flatMap((schema): readonly Schema[] => {
    const name = schema.$ref?.replace("#/$defs/", "");
    const target = name === undefined ? [] : [root.$defs?.[name]].filter((each) => each !== undefined);
    const inner = [...target, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
    return inner.length === 0 ? [schema] : [schema, ...alternatives(root, inner, depth + 1)];
  });
}
