import type { z } from "zod";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, nearestName, quote } from "../diagnostics/nearest.js";
import type { TextIssue } from "../document/text.js";

type Issue = z.core.$ZodIssue;

/** Turns the schema's issues into diagnostics: one a mistake, in our words. */
export function shapeDiagnostics(issues: readonly Issue[], value: unknown, schema: z.ZodType): Diagnostic[] {
  const found = issues.flatMap((issue) => fromIssue(issue, [], value, schema));
  // A map of which no key is known is another kind of map; what it lacks of this kind is no second mistake.
  const strangers = new Set(found.filter(isStranger).map(({ path }) => JSON.stringify(path)));
  const misspelt = new Set(found.flatMap((diagnostic) => meantKey(diagnostic) ?? []));
  // Past what a number holds exactly, the schema says so before it says the limit of the key's own.
  const limits = new Map(found.filter(isLimit).map((diagnostic) => [JSON.stringify(diagnostic.path), diagnostic]));
  return found.filter((diagnostic) => {
    const path = JSON.stringify(diagnostic.path);
    if (isLimit(diagnostic)) return limits.get(path) === diagnostic;
    const isImplied = strangers.has(JSON.stringify(diagnostic.path.slice(0, -1))) || misspelt.has(path);
    return diagnostic.code !== "NN1102" || !isImplied;
  });
}

function isLimit({ code }: Diagnostic): boolean {
  return code === "NN1105";
}

/** The path of the key that an unknown one was most likely meant to be: that it is missing is no second mistake. */
function meantKey({ code, path, hint = "" }: Diagnostic): string | null {
  const meant = code === "NN1101" ? /^Did you mean ("[^"]+")/.exec(hint)?.[1] : undefined;
  return meant === undefined ? null : JSON.stringify([...path.slice(0, -1), JSON.parse(meant)]);
}

function isStranger({ code, message }: Diagnostic): boolean {
  return code === "NN1101" && message.startsWith(strangerStart);
}

const strangerStart = "No key of ";

function fromIssue(issue: Issue, base: Path, root: unknown, schema: z.ZodType): Diagnostic[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  const value = valueAt(root, path);
  const error = (code: string, message: string, hint?: string): Diagnostic[] => [
    { code, severity: "error", message, path, ...(hint !== undefined && { hint }) },
  ];
  const isMissing = value === undefined && !hasStep(root, path);
  const missing = (expected: string) =>
    error("NN1102", `The key ${quote(String(path.at(-1)))} is missing: expected ${expected}.`);
  switch (issue.code) {
    case "unrecognized_keys":
      return unknownKeys(issue.keys, path, value, schema);
    case "invalid_type":
      if (isMissing) return missing(kindName(issue.expected));
      if (issue.expected === "int" || (issue.expected === "number" && typeof value === "number")) {
        return error("NN1105", `Expected a whole number, found ${String(value)}.`);
      }
      return error(
        "NN1103",
        `Expected ${kindName(issue.expected)}, found ${kindOf(value)}.`,
        kindHint(issue.expected, value),
      );
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const list = allowed.length === 1 ? allowed.join("") : `one of ${allowed.join(", ")}`;
      if (isMissing) return missing(list);
      return error("NN1104", `Expected ${list}, found ${quote(value)}.`, didYouMean(String(value), allowed));
    }
    case "too_small":
    case "too_big":
      return error(...sizeFault(issue, value));
    case "invalid_key":
      return [
        ...issue.issues
          .flatMap((inner) => fromIssue({ ...inner, path: [] } as Issue, path, root, schema))
          .map((diagnostic): Diagnostic => ({ ...diagnostic, subject: "key" })),
        ...valueOfKey(path, root, schema),
      ];
    case "invalid_element":
      return issue.issues.flatMap((inner) => fromIssue(inner, path, root, schema));
    case "invalid_union":
      return fromUnion(issue.errors, path, root, schema, value);
    case "custom": {
      const { code, hint } = issue.params as unknown as TextIssue;
      return error(code, issue.message, hint);
    }
    default:
      return error("NN1103", issue.message);
  }
}

/** The schema does not look at what stands under a key that it refuses. */
function valueOfKey(path: Path, root: unknown, schema: z.ZodType): Diagnostic[] {
  const [own] = path.reduce<z.ZodType[]>(
    (candidates, step) => candidates.flatMap(flatten).flatMap((candidate) => stepInto(candidate, step)),
    [schema],
  );
  const issues = own?.safeParse(valueAt(root, path)).error?.issues ?? [];
  return issues.flatMap((issue) => fromIssue(issue, path, root, schema));
}

/** Each unknown key with the nearest known one; those that are near none, together, with where they would fit. */
function unknownKeys(keys: readonly string[], path: Path, value: unknown, schema: z.ZodType): Diagnostic[] {
  const known = knownKeys(schema, path);
  const near = keys.filter((key) => nearestName(key, known) !== null);
  const far = keys.filter((key) => nearestName(key, known) === null);
  const where = path.length > 0 ? ` in ${quote(String(path.at(-1)))}` : "";
  const diagnostics = near.map((key): Diagnostic => {
    const hint = didYouMean(key, known);
    const message = `Unknown key ${quote(key)}${where}.`;
    return { code: "NN1101", severity: "error", message, path: [...path, key], ...(hint && { hint }) };
  });
  const [first] = far;
  if (first === undefined) return diagnostics;
  const isStrange = far.length > 1 && far.length === Object.keys(value ?? {}).length && path.length > 0;
  const list = far.slice(0, mostListed).map(quote).join(", ") + (far.length > mostListed ? ", …" : "");
  const message = isStrange
    ? `${strangerStart}${quote(String(path.at(-1)))} is known here: ${list}.`
    : far.length === 1
      ? `Unknown key ${list}${where}.`
      : `Unknown keys ${list}${where}.`;
  const hint = placesOf(far, schema) ?? didYouMean(first, known);
  const place = isStrange ? path : [...path, first];
  return [...diagnostics, { code: "NN1101", severity: "error", message, path: place, ...(hint && { hint }) }];
}

const mostListed = 5;

/** Where in the document keys would be known: they most often stand a level too deep, or too high. */
function placesOf(keys: readonly string[], schema: z.ZodType): string | undefined {
  const places: string[] = [];
  const visit = (own: z.ZodType, path: readonly string[]) => {
    for (const branch of flatten(own)) {
      const { shape, valueType, element } = definition(branch);
      if (shape && keys.every((key) => Object.hasOwn(shape, key))) places.push(path.join("."));
      for (const [key, inner] of Object.entries(shape ?? {})) visit(inner, [...path, key]);
      const inner = valueType ?? element;
      if (inner) visit(inner, [...path, valueType ? "<name>" : "<item>"]);
    }
  };
  visit(schema, []);
  const [only, ...others] = new Set(places);
  if (only === undefined || others.length > (keys.length > 1 ? 1 : 0)) return undefined;
  const list = [only, ...others].map((place) => `\`${place}\``).join(" or ");
  return `${keys.length === 1 ? "It is a key" : "They are keys"} of ${list}: is the indentation right?`;
}

/** Of a value that fits no branch, the branch of its own kind says what is wrong; without one, all kinds are named. */
function fromUnion(
  branches: readonly (readonly Issue[])[],
  path: Path,
  root: unknown,
  schema: z.ZodType,
  value: unknown,
): Diagnostic[] {
  const isContainer = value !== null && typeof value === "object";
  const wrongKind = (issue: Issue) =>
    issue.path.length === 0 && (issue.code === "invalid_type" || (issue.code === "invalid_value" && isContainer));
  const candidates = branches.filter((issues) => !issues.some(wrongKind));
  // A word that fits no list of words may still be meant as text of the other branch: that one says more.
  const best = candidates.find((issues) => issues.some((issue) => issue.code !== "invalid_value")) ?? candidates[0];
  if (best !== undefined) return best.flatMap((issue) => fromIssue(issue, path, root, schema));
  const kinds = branches.flat().filter(wrongKind).map(expectedKind);
  const message = `Expected ${[...new Set(kinds)].join(" or ")}, found ${kindOf(value)}.`;
  return [{ code: "NN1103", severity: "error", message, path }];
}

function expectedKind(issue: Issue): string {
  if (issue.code === "invalid_type") return kindName(issue.expected);
  return issue.code === "invalid_value" ? `one of ${issue.values.map(String).join(", ")}` : "something else";
}

function sizeFault(issue: Issue & { code: "too_small" | "too_big" }, value: unknown): [string, string] {
  const limit = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (typeof value === "number") return ["NN1105", `Expected a whole number of ${limit}, found ${value}.`];
  const count = Array.isArray(value) ? value.length : 0;
  return ["NN1103", `Expected a list of ${limit}, found ${count} item${count === 1 ? "" : "s"}.`];
}

/** The keys that the schema knows at a path, through optional values, unions, maps and lists. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let candidates: z.ZodType[] = flatten(schema);
  for (const step of path) {
    candidates = candidates.flatMap((candidate) => stepInto(candidate, step)).flatMap(flatten);
  }
  return candidates.flatMap((candidate) => Object.keys(definition(candidate).shape ?? {}));
}

/** The parts of a zod schema's definition that lead further in; which are there depends on its type. */
interface Definition {
  readonly shape?: Record<string, z.ZodType>;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly valueType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
}

function definition(schema: z.ZodType): Definition {
  return schema.def as Definition;
}

function flatten(schema: z.ZodType): z.ZodType[] {
  const { innerType, options } = definition(schema);
  if (innerType) return flatten(innerType);
  return options ? options.flatMap(flatten) : [schema];
}

function stepInto(schema: z.ZodType, step: string | number): z.ZodType[] {
  const { shape, valueType, element, items } = definition(schema);
  const inner = shape ? shape[String(step)] : (valueType ?? element ?? items?.[Number(step)]);
  return inner ? [inner] : [];
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function hasStep(root: unknown, path: Path): boolean {
  const parent = valueAt(root, path.slice(0, -1));
  const last = path.at(-1);
  return last === undefined || (parent !== null && typeof parent === "object" && Object.hasOwn(parent, last));
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
  tuple: "a list",
};

function kindName(expected: string): string {
  return kindNames[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text ${quote(value)}`;
  return typeof value === "number" ? `the number ${value}` : String(value);
}

function kindHint(expected: string, value: unknown): string | undefined {
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean")) return "Put it in quotes.";
  if (isNumeric(expected) && typeof value === "string" && /^\d+$/.test(value)) return "Leave the quotes out.";
  if (expected === "boolean" && typeof value === "string") {
    if (/^(?:true|yes|on)$/i.test(value)) return "Write true, without quotes.";
    if (/^(?:false|no|off)$/i.test(value)) return "Write false, without quotes.";
  }
  if (expected === "array" && typeof value === "string") return `Write a list of one: [${quote(value)}].`;
  return undefined;
}

function isNumeric(expected: string): boolean {
  return expected === "number" || expected === "int";
}
