import { type NixBindings, nixApply, nixAttrs, nixList } from "./build.js";
import type { NixExpression } from "./expression.js";

// What the modules of NixOS are written with; each wants `lib` in scope.

/**
 * `lib.mkIf condition content`: definitions that hold under a condition.
 *
 * @example
 * ```ts
 * import { nixAttrs, nixIdentifier, nixMkIf, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkIf(nixIdentifier("config.services.bird.enable"), nixAttrs({}))); // => "lib.mkIf config.services.bird.enable { }\n"
 * ```
 */
export function nixMkIf(condition: NixExpression, content: NixExpression): NixExpression {
  return nixApply("lib.mkIf", condition, content);
}

/**
 * `lib.mkDefault value`: a value that any other definition takes the place of.
 *
 * @example
 * ```ts
 * import { nixInt, nixMkDefault, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkDefault(nixInt(179))); // => "lib.mkDefault 179\n"
 * ```
 */
export function nixMkDefault(value: NixExpression): NixExpression {
  return nixApply("lib.mkDefault", value);
}

/**
 * `lib.mkForce value`: a value that takes the place of every other definition.
 *
 * @example
 * ```ts
 * import { nixInt, nixMkForce, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkForce(nixInt(179))); // => "lib.mkForce 179\n"
 * ```
 */
export function nixMkForce(value: NixExpression): NixExpression {
  return nixApply("lib.mkForce", value);
}

/**
 * `lib.mkBefore value`: comes before the other definitions of a list or of lines.
 *
 * @example
 * ```ts
 * import { nixList, nixMkBefore, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkBefore(nixList([]))); // => "lib.mkBefore [ ]\n"
 * ```
 */
export function nixMkBefore(value: NixExpression): NixExpression {
  return nixApply("lib.mkBefore", value);
}

/**
 * `lib.mkAfter value`: comes after the other definitions of a list or of lines.
 *
 * @example
 * ```ts
 * import { nixList, nixMkAfter, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkAfter(nixList([]))); // => "lib.mkAfter [ ]\n"
 * ```
 */
export function nixMkAfter(value: NixExpression): NixExpression {
  return nixApply("lib.mkAfter", value);
}

/**
 * `lib.mkMerge [ … ]`: definitions side by side, where one set cannot hold them all.
 *
 * @example
 * ```ts
 * import { nixAttrs, nixMkMerge, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkMerge([nixAttrs({})])); // => "lib.mkMerge [ { } ]\n"
 * ```
 */
export function nixMkMerge(contents: readonly NixExpression[]): NixExpression {
  return nixApply("lib.mkMerge", nixList(contents));
}

/**
 * `lib.mkOption { … }`: the declaration of an option.
 *
 * @param declaration - `type`, `default`, `description` and whatever else `lib.mkOption` takes
 *
 * @example
 * ```ts
 * import { nixIdentifier, nixMkOption, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixMkOption({ type: nixIdentifier("lib.types.port") })); // => "lib.mkOption { type = lib.types.port; }\n"
 * ```
 */
export function nixMkOption(declaration: NixBindings): NixExpression {
  return nixApply("lib.mkOption", nixAttrs(declaration));
}
