/** A Nix expression as plain data; {@link printNix} spells it. Made by the functions beside it, or by hand. */
export type NixExpression =
  | { readonly type: "literal"; readonly value: null | boolean }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "float"; readonly value: number }
  /** Texts and the expressions between them: `"nodes/${name}"`. */
  | { readonly type: "string"; readonly parts: readonly (string | NixExpression)[] }
  /** The same, printed over several lines where that can say it exactly. */
  | { readonly type: "lines"; readonly parts: readonly (string | NixExpression)[] }
  | { readonly type: "path"; readonly path: string }
  | { readonly type: "identifier"; readonly name: string }
  | { readonly type: "list"; readonly items: readonly NixExpression[] }
  | { readonly type: "attrs"; readonly bindings: readonly NixBinding[] }
  | {
      readonly type: "select";
      readonly of: NixExpression;
      readonly path: readonly NixPathPart[];
      /** What stands in for an attribute that is not there: `of.path or fallback`. */
      readonly fallback?: NixExpression;
    }
  | { readonly type: "has"; readonly of: NixExpression; readonly path: readonly NixPathPart[] }
  | { readonly type: "apply"; readonly function: NixExpression; readonly arguments: readonly NixExpression[] }
  | { readonly type: "function"; readonly pattern: string | NixPattern; readonly body: NixExpression }
  | { readonly type: "let"; readonly bindings: readonly NixBinding[]; readonly body: NixExpression }
  | { readonly type: "if"; readonly condition: NixExpression; readonly yes: NixExpression; readonly no: NixExpression }
  | { readonly type: "assert"; readonly condition: NixExpression; readonly body: NixExpression }
  | { readonly type: "operator"; readonly operator: NixOperator; readonly operands: readonly NixExpression[] }
  | { readonly type: "not"; readonly operand: NixExpression }
  | { readonly type: "commented"; readonly comment: string; readonly expression: NixExpression };

/** One step of an attribute path: a name, or an expression that gives one. */
export type NixPathPart = string | NixExpression;

/** What stands between the braces of a set, or between `let` and `in`. */
export type NixBinding = NixAssignment | NixInherit;

/** `a.b."c d" = value;` with a comment above it. */
export interface NixAssignment {
  readonly path: readonly NixPathPart[];
  readonly value: NixExpression;
  readonly comment?: string;
}

/** `inherit a b;` of the names in scope, or `inherit (from) a b;` of a set's. */
export interface NixInherit {
  readonly inherit: readonly string[];
  readonly from: NixExpression | null;
  readonly comment?: string;
}

/** `{ lib, pkgs ? null, ... }@args`. */
export interface NixPattern {
  /** Names of the arguments, each with its default or `null` when it must be given. */
  readonly arguments: readonly (readonly [name: string, fallback: NixExpression | null])[];
  /** Whether further arguments are allowed. */
  readonly open: boolean;
  /** Name of the whole set. */
  readonly name?: string;
}

/** Operators between two or more operands, printed left to right. */
export type NixOperator =
  | "++"
  | "//"
  | "+"
  | "-"
  | "*"
  | "/"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "&&"
  | "||"
  | "->";

/** Thrown for what the Nix language cannot say: NUL in a text, a lone surrogate, a number beyond its range. */
export class NixError extends Error {
  override readonly name = "NixError";
}
