import { NixError, type NixExpression } from "./expression.js";

/**
 * Plain data as a Nix expression: maps keep their order, whole numbers of up to 64 bits become integers, all others
 * floats. A key whose value is `undefined` is left out, as `JSON.stringify` does.
 *
 * @throws {@link NixError} for what is no plain data, as a function, or is nested more than 500 deep.
 *
 * @example
 * ```ts
 * import { fromJson, printNix } from "@nix-nos/nix-render";
 *
 * printNix(fromJson({ port: 179, names: ["a"] })); // => "{\n  port = 179;\n  names = [ \"a\" ];\n}\n"
 * ```
 */
export function fromJson(data: unknown): NixExpression {
  return convert(data, 0);
}

function convert(data: unknown, depth: number): NixExpression {
  if (depth > 500) throw new NixError("The data is nested more than 500 deep.");
  if (data === null || typeof data === "boolean") return { type: "literal", value: data };
  if (typeof data === "string") return { type: "string", parts: [data] };
  if (typeof data === "number") {
    const whole = Number.isInteger(data) && Math.abs(data) < 2 ** 63;
    return whole ? { type: "int", value: BigInt(data) } : { type: "float", value: data };
  }
  if (Array.isArray(data)) return { type: "list", items: data.map((item) => convert(item, depth + 1)) };
  if (typeof data === "object") {
    const entries = Object.entries(data).filter(([, value]) => value !== undefined);
    return {
      type: "attrs",
      bindings: entries.map(([name, value]) => ({ path: [name], value: convert(value, depth + 1) })),
    };
  }
  throw new NixError(`A ${typeof data} is no plain data.`);
}
