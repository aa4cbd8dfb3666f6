/** A value of a JSON text and where it begins; line and column count from 1. */
export type JsonNode = { readonly line: number; readonly column: number } & (
  | { readonly kind: "object"; readonly entries: readonly JsonEntry[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "word"; readonly value: boolean | null }
);

/** A member of an object, at its key. Keys may repeat: `JSON.parse` would keep the last alone, silently. */
export interface JsonEntry {
  readonly line: number;
  readonly column: number;
  readonly key: string;
  readonly value: JsonNode;
}

export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
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
  const lines = lineCounter(text);
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
    expect('"');
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 34) break;
      if (code === 92) at++;
      else if (!(code >= 32)) throw new Unexpected(at < text.length ? at : start, "This string does not end.");
    }
    at++;
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
    const place = lines(at);
    if (depth > deepest) throw new Unexpected(at, "This is nested too deep.");
    const first = text[at];
    if (first === '"') return { ...place, kind: "string", value: string() };
    if (first === "[") return { ...place, kind: "array", items: members("]", () => value(depth + 1)) };
    if (first === "{") {
      const entries = members("}", () => {
        const own = lines(at);
        const key = string();
        space();
        expect(":");
        return { ...own, key, value: value(depth + 1) };
      });
      return { ...place, kind: "object", entries };
    }
    const [word] = /^[-+.\w]{1,40}/.exec(text.slice(at, at + 40)) ?? [];
    if (word === undefined) throw new Unexpected(at, "Here a value should stand.");
    at += word.length;
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word))
      return { ...place, kind: "number", value: Number(word) };
    if (word !== "true" && word !== "false" && word !== "null")
      throw new Unexpected(at - word.length, `${JSON.stringify(word)} is no value.`);
    return { ...place, kind: "word", value: word === "null" ? null : word === "true" };
  };

  try {
    const node = value(0);
    space();
    if (at < text.length) throw new Unexpected(at, "Nothing may stand after the end.");
    return node;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return { ...lineCounter(text)(error.at), message: error.message };
  }
}

/** Line and column of offsets that come in ascending order: the text is walked once. */
function lineCounter(text: string): (at: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let next = text.indexOf("\n");
  return (at) => {
    while (next >= 0 && next < at) {
      line++;
      lineStart = next + 1;
      next = text.indexOf("\n", lineStart);
    }
    return { line, column: at - lineStart + 1 };
  };
}
