import { nixApply, nixAttrs, nixIdentifier, nixInt, nixList, nixString } from "../expression/build.js";
import type { NixBinding, NixExpression } from "../expression/expression.js";
import { fromJson } from "../expression/from-json.js";

/** What is read of a JSON Schema (2020-12). */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

/** The type of NixOS options (`types` in scope) whose values a schema describes. */
function optionType(schema: Schema): NixExpression {
  if (schema.enum !== undefined) return nixApply("types.enum", fromJson(schema.enum));
  if (schema.const !== undefined) return nixApply("types.enum", fromJson([schema.const]));
  if (schema.anyOf !== undefined) return oneOf(schema.anyOf);
  switch (schema.type) {
    case "string":
      return nixIdentifier("types.str");
    case "boolean":
      return nixIdentifier("types.bool");
    case "number":
      return nixIdentifier("types.number");
    case "integer":
      return integer(schema);
    case "array": {
      const list = (schema.minItems ?? 0) > 0 ? "types.nonEmptyListOf" : "types.listOf";
      return nixApply(list, schema.prefixItems ? oneOf(schema.prefixItems) : optionType(schema.items ?? {}));
    }
    case "object":
      return typeof schema.additionalProperties === "object"
        ? nixApply("types.attrsOf", optionType(schema.additionalProperties))
        : nixApply("types.submodule", nixAttrs({ options: optionDeclarations(schema) }));
    default:
      return nixIdentifier("types.anything");
  }
}

/**
 * `mkOption { … }` of one property of a JSON Schema, with `mkOption` and `types` in scope; what need not be said is
 * `null` until it is.
 *
 * @example
 * ```ts
 * import { optionDeclaration, printNix } from "@nix-nos/nix-render";
 *
 * printNix(optionDeclaration({ type: "string" }, true)); // => "mkOption { type = types.str; }\n"
 * ```
 */
export function optionDeclaration(schema: Schema, isRequired: boolean): NixExpression {
  const type = optionType(schema);
  const bindings: NixBinding[] = [
    { path: ["type"], value: isRequired ? type : nixApply("types.nullOr", type) },
    ...(isRequired ? [] : [{ path: ["default"], value: fromJson(null) }]),
    ...(schema.description === undefined ? [] : [{ path: ["description"], value: nixString(schema.description) }]),
    ...(schema.examples?.length ? [{ path: ["example"], value: fromJson(schema.examples[0]) }] : []),
  ];
  return nixApply("mkOption", { type: "attrs", bindings });
}

/** Every property of an object as an option. */
function optionDeclarations(schema: Schema): NixExpression {
  const required = new Set(schema.required);
  return nixAttrs(
    Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, own]) => [name, optionDeclaration(own, required.has(name))]),
    ),
  );
}

/** A submodule comes last, because its type takes a text that looks like a path for the file of a module. */
function oneOf(schemas: readonly Schema[]): NixExpression {
  const sorted = [...schemas].sort((a, b) => Number(a.type === "object") - Number(b.type === "object"));
  const types = new Map(sorted.map((schema) => [JSON.stringify(shape(schema)), optionType(schema)]));
  const [only, ...others] = types.values();
  return only !== undefined && others.length === 0 ? only : nixApply("types.oneOf", nixList([...types.values()]));
}

/** A schema without what it says to people. */
function shape({ description: _description, examples: _examples, ...rest }: Schema): Schema {
  return rest;
}

function integer({ minimum, maximum }: Schema): NixExpression {
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) {
    return nixIdentifier(minimum === 0 ? "types.ints.unsigned" : minimum === 1 ? "types.ints.positive" : "types.int");
  }
  return nixApply("types.ints.between", nixInt(minimum ?? Number.MIN_SAFE_INTEGER), nixInt(maximum));
}
