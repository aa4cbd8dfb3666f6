import { type NixBinding, NixError, type NixExpression, type NixInherit } from "./expression.js";
import {
  attributePath,
  checkedOperator,
  flat,
  flatArgument,
  inheritParts,
  isClosed,
  isOperand,
  linesOf,
  patternText,
  selection,
  unbroken,
} from "./print-flat.js";
import { commentLines } from "./text.js";

/** Columns that a line may take after its indentation; the official style's limit (Nix RFC 166). */
const width = 100;
const deepest = 600;

/**
 * An expression as the text of a Nix file, in the style of the official formatter: two spaces, `{ }`, one line where
 * it fits. Every string and name is escaped, whatever it holds.
 *
 * @returns the text, with a line feed at its end
 * @throws {@link NixError} for what Nix cannot say: NUL, half a surrogate pair, a number out of range, a name in scope
 *   that is no identifier.
 *
 * @example
 * ```ts
 * import { nixAttrs, nixString, printNix } from "@nix-nos/nix-render";
 *
 * printNix(nixAttrs({ if: nixString('say "${hi}"') })); // => "{ \"if\" = \"say \\\"\\${hi}\\\"\"; }\n"
 * ```
 */
export function printNix(expression: NixExpression): string {
  return `${block(expression, 0, 0)}\n`;
}

/** Text whose first line begins in column `used` of a line indented by `depth` steps; further lines have that indent. */
function block(expression: NixExpression, depth: number, used: number): string {
  if (depth > deepest) throw new NixError(`The expression is nested more than ${deepest} deep.`);
  const single = flat(expression, width - used);
  if (single !== null) return single;
  const indent = "  ".repeat(depth);
  const inner = `${indent}  `;
  switch (expression.type) {
    case "attrs":
      return `{\n${bindings(expression.bindings, depth + 1)}${indent}}`;
    case "list":
      return `[\n${expression.items.map((item) => `${inner}${listItem(item, depth + 1)}\n`).join("")}${indent}]`;
    case "let":
      return `let\n${bindings(expression.bindings, depth + 1)}${indent}in\n${indent}${spread(expression.body, depth)}`;
    case "function": {
      const { heads, body } = argumentsOf(expression, indent);
      const isPattern = typeof expression.pattern !== "string";
      return `${heads.join(" ")}${opens(body) && !isPattern ? " " : `\n${indent}`}${spread(body, depth)}`;
    }
    case "commented":
      return `${commentLines(expression.comment).join(`\n${indent}`)}\n${indent}${block(expression.expression, depth, 0)}`;
    case "if":
      return conditional(expression, depth);
    case "operator": {
      const operator = checkedOperator(expression);
      return expression.operands
        .map((operand) =>
          isOperand(operand, expression.operator)
            ? block(operand, depth, operator.length + 1)
            : argument(operand, depth),
        )
        .join(`\n${indent}${operator} `);
    }
    case "apply": {
      const parts = [expression.function, ...expression.arguments];
      const last = expression.arguments.at(-1);
      const head = parts.slice(0, -1).map((part) => flatArgument(part, width));
      // A set, list or text at the end opens on the call's own line.
      if (last !== undefined && absorbs(last) && head.every((text) => text !== null)) {
        return `${head.join(" ")} ${argument(last, depth)}`;
      }
      return parts.map((part, index) => (index === 0 ? "" : `\n${inner}`) + argument(part, depth + 1)).join("");
    }
    case "lines": {
      const lines = linesOf(expression.parts);
      if (lines === null) return unbroken({ type: "string", parts: expression.parts });
      const body = lines.map((line) => (line === "" ? "" : `${inner}${line}`));
      // A text that ends in a line feed has the closing quotes on a line of their own.
      return lines.at(-1) === "" ? `''\n${body.slice(0, -1).join("\n")}\n${indent}''` : `''\n${body.join("\n")}''`;
    }
    case "select":
    case "has":
      return selection(argument(expression.of, depth), expression) ?? "";
    case "assert":
      return `assert ${block(expression.condition, depth, 7)};\n${indent}${block(expression.body, depth, 0)}`;
    case "not":
      return `!${argument(expression.operand, depth)}`;
    default:
      return unbroken(expression);
  }
}

function bindings(list: readonly NixBinding[], depth: number): string {
  const indent = "  ".repeat(depth);
  return list
    .map((binding) => {
      const comment = binding.comment === undefined ? [] : commentLines(binding.comment);
      const above = comment.map((line) => `${indent}${line}\n`).join("");
      if ("inherit" in binding) return `${above}${indent}${inherited(binding, indent)};\n`;
      const { path, value } = binding;
      const name = `${attributePath(path)} =`;
      // The style gives a set its own lines here, even one with a single member.
      if (value.type === "attrs" && value.bindings.some((inner) => !("inherit" in inner))) {
        return `${above}${indent}${name} ${spread(value, depth)};\n`;
      }
      const single = flat(value, width - name.length - 3);
      if (single !== null) return `${above}${indent}${name} ${single};\n`;
      if (absorbs(value) || value.type === "string")
        return `${above}${indent}${name} ${block(value, depth, name.length + 2)};\n`;
      return `${above}${indent}${name}\n${indent}  ${block(value, depth + 1, 1)};\n`;
    })
    .join("");
}

function inherited(binding: NixInherit, indent: string): string {
  const [head = "", ...names] = inheritParts(binding);
  const single = `${head} ${names.join(" ")}`;
  if (names.length <= 3 && single.length < width) return single;
  return [head, ...names, ""].join(`\n${indent}  `);
}

/** Whether an expression opens with a bracket or quote that may stand at a line's end. */
function absorbs(expression: NixExpression): boolean {
  if (expression.type === "apply") {
    const last = expression.arguments.at(-1);
    return last !== undefined && absorbs(last);
  }
  if (expression.type === "function" && typeof expression.pattern === "string") {
    return opens(argumentsOf(expression, "").body);
  }
  return opens(expression) || expression.type === "lines";
}

function opens(expression: NixExpression): boolean {
  return expression.type === "attrs" || expression.type === "list";
}

/** A function's plain arguments, which share a line, or its pattern; and what comes after them. */
function argumentsOf(expression: NixExpression & { readonly type: "function" }, indent: string) {
  const heads = [`${patternText(expression.pattern, indent)}:`];
  let { body } = expression;
  while (typeof expression.pattern === "string" && body.type === "function" && typeof body.pattern === "string") {
    heads.push(`${patternText(body.pattern, indent)}:`);
    body = body.body;
  }
  return { heads, body };
}

/** An expression that begins a line of its own after a `let` or a function's head: a set there has several lines. */
function spread(expression: NixExpression, depth: number): string {
  if (expression.type !== "attrs" || expression.bindings.length === 0) return block(expression, depth, 0);
  return `{\n${bindings(expression.bindings, depth + 1)}${"  ".repeat(depth)}}`;
}

function conditional(expression: NixExpression & { readonly type: "if" }, depth: number): string {
  const indent = "  ".repeat(depth);
  const single = flat(expression.condition, width - 8);
  const condition = single ?? `\n${indent}  ${block(expression.condition, depth + 1, 0)}\n${indent}`;
  const yes = `${indent}  ${block(expression.yes, depth + 1, 0)}`;
  const head = `${single === null ? `if${condition}` : `if ${condition} `}then\n${yes}\n${indent}else`;
  if (expression.no.type === "if") return `${head} ${conditional(expression.no, depth)}`;
  return `${head}\n${indent}  ${block(expression.no, depth + 1, 0)}`;
}

/** A list's item: a call that ends in a bracket opens on the item's own line. */
function listItem(item: NixExpression, depth: number): string {
  if (item.type !== "apply" || !absorbs(item) || flat(item, width - 2) !== null) return argument(item, depth);
  return `(${block(item, depth, 1)})`;
}

/** An expression where only a closed one may stand: in a list, as operand or argument. */
function argument(expression: NixExpression, depth: number): string {
  if (isClosed(expression)) return block(expression, depth, 1);
  const single = flat(expression, width - 2);
  const indent = "  ".repeat(depth);
  return single === null ? `(\n${indent}  ${block(expression, depth + 1, 0)}\n${indent})` : `(${single})`;
}
