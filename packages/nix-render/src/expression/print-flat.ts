import {
  type NixBinding,
  NixError,
  type NixExpression,
  type NixInherit,
  type NixOperator,
  type NixPathPart,
  type NixPattern,
} from "./expression.js";
import { floatText, integerText } from "./number.js";
import { attributeName, escapeText, indentedLines, isIdentifier } from "./text.js";

/**
 * An expression on one line, or `null` when it needs more: it is longer than `budget`, or is a kind that the style
 * always spreads out. Gives up as soon as the budget is gone, so asking is cheap however large the expression is.
 */
export function flat(expression: NixExpression, budget: number): string | null {
  const text = flatText(expression, budget);
  return text !== null && text.length <= budget ? text : null;
}

function flatText(expression: NixExpression, budget: number): string | null {
  if (budget < 0) return null;
  switch (expression.type) {
    case "literal":
      return String(expression.value);
    case "int":
      return integerText(expression.value);
    case "float":
      return floatText(expression.value);
    case "identifier":
      if (!isIdentifier(expression.name)) throw new NixError(`${JSON.stringify(expression.name)} is no identifier.`);
      return expression.name;
    case "path":
      return pathText(expression.path);
    case "string":
      return stringText(expression.parts, budget);
    case "lines":
      return linesOf(expression.parts) === null ? stringText(expression.parts, budget) : null;
    case "list": {
      // The style puts each item of several on a line of its own.
      if (expression.items.length > 1) return null;
      const items = joined(expression.items, budget - 4);
      return items === "" ? "[ ]" : items === null ? null : `[ ${items} ]`;
    }
    case "attrs":
      return flatAttrs(expression.bindings, budget);
    case "select":
    case "has":
      return selection(flatArgument(expression.of, budget), expression);
    case "apply":
      return joined([expression.function, ...expression.arguments], budget);
    case "function": {
      if (typeof expression.pattern !== "string") return null;
      const body = flat(expression.body, budget - expression.pattern.length - 2);
      return body === null ? null : `${patternText(expression.pattern, "")}: ${body}`;
    }
    case "if": {
      const parts = [expression.condition, expression.yes, expression.no].map((part) => flat(part, budget - 15));
      return parts.includes(null) ? null : `if ${parts[0]} then ${parts[1]} else ${parts[2]}`;
    }
    case "operator":
      return joined(expression.operands, budget, ` ${checkedOperator(expression)} `, (operand) =>
        isOperand(operand, expression.operator),
      );
    case "not": {
      const operand = flatArgument(expression.operand, budget);
      return operand === null ? null : `!${operand}`;
    }
    case "let":
    case "assert":
    case "commented":
      return null;
  }
}

/** The lines of a text that stands between `''`, or `null` for one that is an ordinary string. */
export function linesOf(parts: readonly (string | NixExpression)[]): readonly string[] | null {
  return indentedLines(parts.map((part) => (typeof part === "string" ? part : { printed: unbroken(part) })));
}

/** A set of at most one binding; more of them always stand one a line. */
function flatAttrs(bindings: readonly NixBinding[], budget: number): string | null {
  const [only, second] = bindings;
  if (only === undefined) return "{ }";
  if (second !== undefined || only.comment !== undefined) return null;
  if ("inherit" in only) return `{ ${inheritParts(only).join(" ")}; }`;
  if (only.value.type === "attrs" && only.value.bindings.some((inner) => !("inherit" in inner))) return null;
  const name = attributePath(only.path);
  const value = flat(only.value, budget - name.length - 8);
  return value === null ? null : `{ ${name} = ${value}; }`;
}

/** `inherit`, what it takes from, and the names. */
export function inheritParts({ inherit, from }: NixInherit): readonly string[] {
  if (inherit.length === 0) throw new NixError("An inherit without a name says nothing.");
  const names = inherit.map((name) => attributeName(name));
  return from === null ? ["inherit", ...names] : [`inherit (${unbroken(from)})`, ...names];
}

/** Parts on one line with something between them, each in parentheses unless it `stands` alone. */
function joined(
  parts: readonly NixExpression[],
  budget: number,
  between = " ",
  stands: (part: NixExpression) => boolean = isClosed,
): string | null {
  let text = "";
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += between;
    const single = flat(part, budget - text.length);
    if (single === null) return null;
    text += stands(part) ? single : `(${single})`;
  }
  return text;
}

/** Text of an expression where only a closed one may stand, or `null` when it takes more than one line. */
export function flatArgument(expression: NixExpression, budget: number): string | null {
  const single = flat(expression, budget);
  return single === null ? null : isClosed(expression) ? single : `(${single})`;
}

/** An expression of which nothing can be broken over lines, however long. */
export function unbroken(expression: NixExpression): string {
  const text = flat(expression, Number.POSITIVE_INFINITY);
  if (text === null) throw new NixError("What stands inside a string or name must fit on one line: bind it with let.");
  return text;
}

/** Whether an expression may be a list's item or a function's argument without parentheses. */
export function isClosed(expression: NixExpression): boolean {
  switch (expression.type) {
    case "apply":
      return expression.arguments.length === 0 && isClosed(expression.function);
    case "commented":
      return isClosed(expression.expression);
    case "has":
    case "function":
    case "let":
    case "assert":
    case "if":
    case "operator":
    case "not":
      return false;
    default:
      return true;
  }
}

/** Whether an expression may stand beside an operator without parentheses. */
export function isOperand(expression: NixExpression, operator: NixOperator): boolean {
  if (isClosed(expression) || expression.type === "apply") return true;
  if (operator !== "&&" && operator !== "||") return false;
  return expression.type === "has" || (expression.type === "operator" && comparisons.has(expression.operator));
}

const comparisons = new Set<NixOperator>(["==", "!=", "<", "<=", ">", ">="]);

/** The operator, which joins two operands, and more where the order of doing so is plain. */
export function checkedOperator({ operator, operands }: NixExpression & { readonly type: "operator" }): string {
  const chains = ["++", "//", "+", "-", "*", "/", "&&", "||"].includes(operator);
  if (operands.length < 2 || (operands.length > 2 && !chains)) {
    throw new NixError(`The operator ${operator} cannot stand between ${operands.length} operands.`);
  }
  return operator;
}

/** What is selected from `of`, as it is printed. A number or path would take the dot for its own. */
export function selection(
  of: string | null,
  expression: NixExpression & { readonly type: "select" | "has" },
): string | null {
  if (of === null) return null;
  const opens = ["int", "float", "path"].includes(expression.of.type) && !of.startsWith("(");
  // `a.b or c` takes a further selection for one of `c`.
  const joins = expression.of.type === "select" && expression.of.fallback !== undefined;
  const from = opens || joins ? `(${of})` : of;
  const path = attributePath(expression.path);
  if (expression.type === "has") return `${from} ? ${path}`;
  return expression.fallback === undefined ? `${from}.${path}` : `${from}.${path} or ${fallback(expression.fallback)}`;
}

/** What stands after `or`, where a call and another `or` need parentheses. */
function fallback(expression: NixExpression): string {
  const isSimple = isClosed(expression) && (expression.type !== "select" || expression.fallback === undefined);
  return isSimple ? unbroken(expression) : `(${unbroken(expression)})`;
}

/** An attribute path: names, quoted where needed, and `${…}`. */
export function attributePath(path: readonly NixPathPart[]): string {
  if (path.length === 0) throw new NixError("An attribute path cannot be empty.");
  return path.map((part) => (typeof part === "string" ? attributeName(part) : `\${${unbroken(part)}}`)).join(".");
}

/** A function's argument or pattern, without its colon; over several lines unless it is one or two plain names. */
export function patternText(pattern: string | NixPattern, indent: string): string {
  if (typeof pattern === "string") return unbroken({ type: "identifier", name: pattern });
  const names = pattern.arguments.map(([name, fallback]) => {
    const checked = unbroken({ type: "identifier", name });
    return fallback === null ? checked : `${checked} ? ${unbroken(fallback)}`;
  });
  const all = pattern.open ? [...names, "..."] : names;
  const whole = pattern.name === undefined ? "" : `@${unbroken({ type: "identifier", name: pattern.name })}`;
  if (all.length === 0) return `{ }${whole}`;
  const isShort = names.length <= 2 && pattern.arguments.every(([, fallback]) => fallback === null);
  if (isShort) return `{ ${all.join(", ")} }${whole}`;
  const comma = (name: string) => (name === "..." ? name : `${name},`);
  return `{\n${all.map((name) => `${indent}  ${comma(name)}\n`).join("")}${indent}}${whole}`;
}

function stringText(parts: readonly (string | NixExpression)[], budget: number): string | null {
  let text = "";
  for (const part of parts) {
    if (text.length + (typeof part === "string" ? part.length : 0) > budget) return null;
    text += typeof part === "string" ? escapeText(part) : `\${${unbroken(part)}}`;
  }
  return `"${text}"`;
}

/** A path literal, whose characters are few; any other path is a short one with a string added. */
function pathText(path: string): string {
  if (/^(?:\.{1,2}|)(?:\/[A-Za-z0-9._+-]+)+$/.test(path)) return path;
  const start = /^(?:\.\/|(?:\.\.\/)+|\/)/.exec(path)?.[0];
  if (start === undefined) throw new NixError("A Nix path begins with ./, ../ or /.");
  const base = start.startsWith("..") ? start.slice(0, -1) : start === "./" ? "./." : "/.";
  return `(${base === ".." ? "../." : base} + "/${escapeText(path.slice(start.length))}")`;
}
