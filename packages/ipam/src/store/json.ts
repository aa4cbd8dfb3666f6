/** A value of a JSON text, and the offset at which it begins; {@link positionFinder} knows its line. */
export type JsonNode = { readonly at: number } & (
  | { readonly kind: "object"; readonly entries: readonly JsonEntry[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "word"; readonly value: boolean | null }
);

/** A member of an object, at its key. Keys may repeat: `JSON.parse` would keep the last alone, silently. */
export interface JsonEntry {
  readonly at: number;
  readonly key: string;
  readonly value: JsonNode;
}

export interface JsonFault {
  readonly at: number;
  readonly message: string;
}

/** Line and column of an offset; both count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A lock file nests three deep; what is deeper is none, and shall not exhaust the stack. */
const deepest = 16;

class Unexpected extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** Reads JSON (RFC 8259) with positions and repeated keys, which `JSON.parse` does not give. */
export function readJson(text: string): JsonNode | JsonFault {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  const space = () => {
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    }
  };

  const expect = (character: string) => {
    if (text[at] !== character) throw new Unexpected(at, `Here ${JSON.stringify(character)} should stand.`);
    at++;
  };

  const string = (): string => {
    const start = at;
    let isPlain = true;
    expect('"');
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 34) break;
      if (code === 92) {
        isPlain = false;
        at++;
      } else if (!(code >= 32)) throw new Unexpected(at < text.length ? at : start, "This string does not end.");
    }
    at++;
    if (isPlain) return text.slice(start + 1, at - 1);
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      throw new Unexpected(start, "This string has an escape that JSON does not know.");
    }
  };

  /** Members of an object or an array: `read` each, divided by commas, up to `close`. */
  const members = <T>(close: string, read: () => T): T[] => {
    const found: T[] = [];
    at++;
    space();
    if (text[at] === close) at++;
    else
      for (;;) {
        found.push(read());
        space();
        if (text[at] === close) {
          at++;
          break;
        }
        if (text[at] !== ",") throw new Unexpected(at, `Here a comma or ${JSON.stringify(close)} should stand.`);
        at++;
        space();
      }
    return found;
  };

  const value = (depth: number): JsonNode => {
    space();
    const start = at;
    if (depth > deepest) throw new Unexpected(at, "This is nested too deep.");
    const first = text[at];
    if (first === '"') return { at: start, kind: "string", value: string() };
    if (first === "[") return { at: start, kind: "array", items: members("]", () => value(depth + 1)) };
    if (first === "{") {
      const entries = members("}", () => {
        const own = at;
        const key = string();
        space();
        expect(":");
        return { at: own, key, value: value(depth + 1) };
      });
      return { at: start, kind: "object", entries };
    }
    const [word] = /^[-+.\w]{1,40}/.exec(text.slice(at, at + 40)) ?? [];
    if (word === undefined) throw new Unexpected(at, "Here a value should stand.");
    at += word.length;
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word))
      return { at: start, kind: "number", value: Number(word) };
    if (word !== "true" && word !== "false" && word !== "null")
      throw new Unexpected(at - word.length, `${JSON.stringify(word)} is no value.`);
    return { at: start, kind: "word", value: word === "null" ? null : word === "true" };
  };

  try {
    const node = value(0);
    space();
    if (at < text.length) throw new Unexpected(at, "Nothing may stand after the end.");
    return node;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return { at: error.at, message: error.message };
  }
}

/** Finds the positions of offsets in a text. Most texts have no fault, so its lines are counted when the first is asked for. */
export function positionFinder(text: string): (at: number) => Position {
  let starts: readonly number[] | null = null;
  return (at) => {
    starts ??= [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  };
}
