// Where a topology takes a text without bounds: asked of the schema itself, so that a new key is a new place.

/** Keys that lead to a text: `*` is any key of a record, `[]` an item of a list, `{key}` a record's own key. */
export type Place = readonly string[];

/** The few parts of zod's own descriptions that a topology's schema is made of, zod being the library's own matter. */
interface Description {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly keyType?: Schema;
  readonly valueType?: Schema;
  readonly element?: Schema;
  readonly items?: readonly Schema[];
  readonly options?: readonly Schema[];
  readonly innerType?: Schema;
  readonly in?: Schema;
}
interface Schema {
  readonly def: Description;
  readonly safeParse: (value: unknown) => { readonly success: boolean };
}

const bounded = ["boolean", "enum", "literal", "never", "null", "number"];

/** The places whose own schema takes at least one of the texts. */
export function placesThatTake(schema: object, texts: readonly string[]): readonly Place[] {
  const places = new Map<string, Place>();
  const visit = (at: Schema, path: Place): void => {
    const { type, shape = {}, catchall, keyType, valueType, element, items = [], options = [], ...rest } = at.def;
    // What is of any shape takes a text too.
    if (type === "string" || type === "lazy") {
      if (texts.some((text) => at.safeParse(text).success)) places.set(path.join("."), path);
      return;
    }
    if (bounded.includes(type)) return;
    const parts: readonly (readonly [Schema | undefined, Place])[] = [
      ...Object.entries(shape).map(([key, part]) => [part, [...path, key]] as const),
      [catchall, [...path, "*"]],
      [keyType, [...path, "{key}"]],
      [valueType, [...path, "*"]],
      ...[element, ...items].map((part) => [part, [...path, "[]"]] as const),
      ...[...options, rest.innerType, rest.in].map((part) => [part, path] as const),
    ];
    const known = parts.filter((part): part is readonly [Schema, Place] => part[0] !== undefined);
    if (known.length === 0 && type !== "object") throw new Error(`${path.join(".")}: what is a ${type}?`);
    for (const [part, where] of known) visit(part, where);
  };
  visit(schema as Schema, []);
  return [...places.values()];
}

type Data = Record<string, unknown>;

/**
 * Puts a text at a place of a document, and gives the place's own path. What leads there is made where it is wanting; a
 * record's key is a further one.
 *
 * @param keyOf - the key to take in a record that `*` stands for, by the path so far
 */
export function putText(document: object, place: Place, text: string, keyOf: (path: Place) => string): Place {
  let at = document as Data;
  const path: string[] = [];
  for (const [index, step] of place.entries()) {
    const isLast = index === place.length - 1;
    const last = Array.isArray(at) ? Math.max(0, at.length - 1) : 0;
    const key = step === "[]" ? String(last) : step === "*" ? keyOf(path) : step === "{key}" ? text : step;
    path.push(key);
    if (step === "{key}") at[key] = structuredClone(Object.values(at)[0] ?? {});
    else if (isLast) at[key] = text;
    else at[key] ??= place[index + 1] === "[]" ? [] : {};
    at = at[key] as Data;
  }
  return path;
}
