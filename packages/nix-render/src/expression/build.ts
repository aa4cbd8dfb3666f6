import {
  type NixBinding,
  NixError,
  type NixExpression,
  type NixOperator,
  type NixPathPart,
  type NixPattern,
} from "./expression.js";

/**
 * A string, with expressions in between: the texts are escaped, the expressions become `${…}`.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixString, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixString("hosts/", nixIdentifier("name"), "/${x}")); // => "\"hosts/${name}/\\${x}\"\n"
 * ```
 */
export function nixString(...parts: readonly (string | NixExpression)[]): NixExpression {
  return { type: "string", parts };
}

/**
 * Text of several lines, with expressions in between as in {@link nixString}: printed between `''`, or as an ordinary
 * string when it is a single line or has control characters.
 *
 * @example
 * ```ts
 * import { nixLines, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixLines("a\nb\n")); // => "''\n  a\n  b\n''\n"
 * ```
 */
export function nixLines(...parts: readonly (string | NixExpression)[]): NixExpression {
  return { type: "lines", parts };
}

/**
 * An integer.
 *
 * @throws {@link NixError} when it has a fraction, is not finite, or needs more than 64 bits.
 *
 * @example
 * ```ts
 * import { nixInt, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixInt(4200000001)); // => "4200000001\n"
 * ```
 */
export function nixInt(value: number | bigint): NixExpression {
  if (typeof value === "number" && !Number.isInteger(value)) throw new NixError(`${value} is not an integer.`);
  const integer = BigInt(value);
  if (BigInt.asIntN(64, integer) !== integer) throw new NixError(`A Nix integer has 64 bits, ${value} has more.`);
  return { type: "int", value: integer };
}

/**
 * A list.
 *
 * @example
 * ```ts
 * import { nixInt, nixList, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixList([nixInt(1), nixInt(-2)])); // => "[\n  1\n  (-2)\n]\n"
 * ```
 */
export function nixList(items: readonly NixExpression[]): NixExpression {
  return { type: "list", items };
}

/** Bindings as a map from name to value, or as a list where a path or a comment is wanted. */
export type NixBindings = Readonly<Record<string, NixExpression>> | readonly NixBinding[];

/**
 * An attribute set, in the order given; a name that is no identifier is quoted.
 *
 * @throws {@link NixError} when one path stands twice.
 *
 * @example
 * ```ts
 * import { nixAttrs, nixInt, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixAttrs([{ path: ["a", "b c"], value: nixInt(1) }])); // => "{ a.\"b c\" = 1; }\n"
 * ```
 */
export function nixAttrs(bindings: NixBindings): NixExpression {
  return { type: "attrs", bindings: bindingList(bindings) };
}

/**
 * `inherit a b;`, or with a set `inherit (set) a b;`: a binding for {@link nixAttrs} and {@link nixLet}.
 *
 * @example
 * ```ts
 * import { nixAttrs, nixIdentifier, nixInherit, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixAttrs([nixInherit(["bird2", "gobgpd"], nixIdentifier("pkgs"))])); // => "{ inherit (pkgs) bird2 gobgpd; }\n"
 * ```
 */
export function nixInherit(names: readonly string[], from: NixExpression | null = null): NixBinding {
  return { inherit: names, from };
}

/**
 * `let … in body`.
 *
 * @throws {@link NixError} when one path stands twice.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixInt, nixLet, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixLet({ x: nixInt(1) }, nixIdentifier("x"))); // => "let\n  x = 1;\nin\nx\n"
 * ```
 */
export function nixLet(bindings: NixBindings, body: NixExpression): NixExpression {
  return { type: "let", bindings: bindingList(bindings), body };
}

function bindingList(bindings: NixBindings): readonly NixBinding[] {
  const list = isList(bindings)
    ? bindings
    : Object.entries(bindings).map(([name, value]): NixBinding => ({ path: [name], value }));
  const seen = new Set<string>();
  for (const path of list.flatMap(writtenPaths)) {
    const key = JSON.stringify(path);
    if (path.length === 0 || seen.has(key)) throw new NixError(`The attribute ${path.join(".")} stands twice.`);
    seen.add(key);
  }
  return list;
}

/** The paths that a binding sets, as far as they are written out. */
function writtenPaths(binding: NixBinding): readonly (readonly string[])[] {
  if ("inherit" in binding) return binding.inherit.map((name) => [name]);
  const names = binding.path.filter((part) => typeof part === "string");
  return names.length === binding.path.length ? [names] : [];
}

function isList(bindings: NixBindings): bindings is readonly NixBinding[] {
  return Array.isArray(bindings);
}

/**
 * A name in scope; dots select from it, as in `lib.mkForce` or `builtins.readFile`.
 *
 * @example
 * ```ts
 * import { nixIdentifier, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixIdentifier("pkgs.bird2")); // => "pkgs.bird2\n"
 * ```
 */
export function nixIdentifier(name: string): NixExpression {
  const [first = "", ...path] = name.split(".");
  const identifier: NixExpression = { type: "identifier", name: first };
  return path.length === 0 ? identifier : { type: "select", of: identifier, path };
}

/**
 * A path literal, relative to the file that holds it or absolute.
 *
 * @param path - begins with `./`, `../` or `/`
 * @throws {@link NixError} when printed, if it begins otherwise.
 *
 * @example
 * ```ts
 * import { nixPath, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixPath("../bird/bird.conf")); // => "../bird/bird.conf\n"
 * ```
 */
export function nixPath(path: string): NixExpression {
  return { type: "path", path };
}

/**
 * `of.path`: each part a name, or an expression that gives one.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixSelect, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixSelect(nixIdentifier("hosts"), nixIdentifier("name"), "a b")); // => "hosts.${name}.\"a b\"\n"
 * ```
 */
export function nixSelect(of: NixExpression, ...path: readonly NixPathPart[]): NixExpression {
  return { type: "select", of, path };
}

/**
 * `of.path or fallback`.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixInt, nixSelectOr, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixSelectOr(nixIdentifier("ports"), ["bgp"], nixInt(179))); // => "ports.bgp or 179\n"
 * ```
 */
export function nixSelectOr(of: NixExpression, path: readonly NixPathPart[], fallback: NixExpression): NixExpression {
  return { type: "select", of, path, fallback };
}

/**
 * `of ? path`: whether the attribute is there.
 *
 * @example
 * ```ts
 * import { nixHas, nixIdentifier, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixHas(nixIdentifier("hosts"), nixIdentifier("name"))); // => "hosts ? ${name}\n"
 * ```
 */
export function nixHas(of: NixExpression, ...path: readonly NixPathPart[]): NixExpression {
  return { type: "has", of, path };
}

/**
 * A function applied to arguments; the function may be given by its name.
 *
 * @example
 * ```ts
 * import { nixApply, nixPath, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixApply("builtins.readFile", nixPath("./x"))); // => "builtins.readFile ./x\n"
 * ```
 */
export function nixApply(applied: string | NixExpression, ...args: readonly NixExpression[]): NixExpression {
  return { type: "apply", function: typeof applied === "string" ? nixIdentifier(applied) : applied, arguments: args };
}

/**
 * A function of one argument, by name, or of an attribute set.
 *
 * @example
 * ```ts
 * import { nixFunction, nixIdentifier, printNix } from "@nix-nos/nix-render";
 *
 * const pattern = { arguments: [["lib", null]], open: true } as const;
 *
 * printNix(nixFunction(pattern, nixIdentifier("lib"))); // => "{ lib, ... }:\nlib\n"
 * ```
 */
export function nixFunction(pattern: string | NixPattern, body: NixExpression): NixExpression {
  return { type: "function", pattern, body };
}

/**
 * `if condition then yes else no`.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixIf, nixInt, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixIf(nixIdentifier("x"), nixInt(1), nixInt(2))); // => "if x then 1 else 2\n"
 * ```
 */
export function nixIf(condition: NixExpression, yes: NixExpression, no: NixExpression): NixExpression {
  return { type: "if", condition, yes, no };
}

/**
 * `assert condition; body`.
 *
 * @example
 * ```ts
 * import { nixAssert, nixIdentifier, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixAssert(nixIdentifier("ok"), nixIdentifier("x"))); // => "assert ok;\nx\n"
 * ```
 */
export function nixAssert(condition: NixExpression, body: NixExpression): NixExpression {
  return { type: "assert", condition, body };
}

/**
 * Operands with one operator between them, as `a // b // c`. Operands that are operations themselves get parentheses.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixOperation, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixOperation("//", nixIdentifier("a"), nixIdentifier("b"))); // => "a // b\n"
 * ```
 */
export function nixOperation(operator: NixOperator, ...operands: readonly NixExpression[]): NixExpression {
  return { type: "operator", operator, operands };
}

/**
 * `!operand`.
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixNot, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixNot(nixIdentifier("x"))); // => "!x\n"
 * ```
 */
export function nixNot(operand: NixExpression): NixExpression {
  return { type: "not", operand };
}

/**
 * An expression with a comment above it; each line of the comment gets its own `#`.
 *
 * @example
 * ```ts
 * import { nixComment, nixInt, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixComment("why", nixInt(1))); // => "# why\n1\n"
 * ```
 */
export function nixComment(comment: string, expression: NixExpression): NixExpression {
  return { type: "commented", comment, expression };
}
