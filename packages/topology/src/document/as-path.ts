import type { AsPathNode, AsPathPattern } from "../network/policy.js";
import { largestAs, mergeRanges, type NumberRange, otherRanges } from "../network/ranges.js";

/** What is wrong with an expression, and where. */
export interface AsPathFault {
  /** Counted from 1. */
  readonly at: number;
  readonly expected: string;
}

/**
 * Reads a regular expression whose letters are AS numbers.
 *
 * @param text - numbers one after the other, with spaces (or `_`) between; `.` is any AS, `[64500 64512-65534]` one of
 * several, `[^64500]` any other; `( )`, `|`, `*`, `+`, `?`, `{2}`, `{2,}` and `{2,4}` are as in POSIX (IEEE 1003.1, 9.4);
 * `^` and `$` are the path's ends. Without them the path only contains it.
 * @returns the expression as data, or where the first fault is
 *
 * @example
 * ```ts
 * import { parseAsPath } from "@nix-nos/topology";
 *
 * parseAsPath("64500 .").pattern?.root; // => { "kind": "sequence", "items": [{ "kind": "as", "ranges": [{ "min": 64500, "max": 64500 }] }, { "kind": "as", "ranges": [{ "min": 0, "max": 4294967295 }] }] }
 * parseAsPath("64500 (64501").fault; // => { "at": 13, "expected": "`)`" }
 * ```
 */
export function parseAsPath(
  text: string,
): { readonly pattern: AsPathPattern; readonly fault: null } | { readonly pattern: null; readonly fault: AsPathFault } {
  try {
    return { pattern: { text, root: new Reader(text).whole() }, fault: null };
  } catch (error) {
    if (error instanceof Fault) return { pattern: null, fault: { at: error.at, expected: error.message } };
    throw error;
  }
}

class Fault extends Error {
  constructor(
    readonly at: number,
    expected: string,
  ) {
    super(expected);
  }
}

const longestText = 4096;
const deepest = 50;
/** More of one thing in a row is in no path. */
const mostTimes = 255;
const numberStart = /[0-9]/;

/** One character of look-ahead is enough. */
class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    if (text.length > longestText) throw new Fault(longestText + 1, `at most ${longestText} characters`);
  }

  whole(): AsPathNode {
    const root = this.choice();
    if (this.at < this.text.length) throw this.fault("an AS number, or an operator of regular expressions");
    return root;
  }

  private fault(expected: string): Fault {
    return new Fault(this.at + 1, expected);
  }

  /** The next character that says something. */
  private peek(): string {
    while (/[\s_]/.test(this.text[this.at] ?? "")) this.at++;
    return this.text[this.at] ?? "";
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  private choice(): AsPathNode {
    const items = [this.sequence()];
    while (this.take("|")) items.push(this.sequence());
    const [only] = items;
    return items.length === 1 && only ? only : { kind: "choice", items };
  }

  private sequence(): AsPathNode {
    const items: AsPathNode[] = [];
    for (let next = this.peek(); next !== "" && next !== "|" && next !== ")"; next = this.peek()) {
      items.push(this.repeated());
    }
    const [only] = items;
    return items.length === 1 && only ? only : { kind: "sequence", items };
  }

  private repeated(): AsPathNode {
    const item = this.atom();
    const count = this.count();
    if (count === null) return item;
    if (/[*+?{]/.test(this.peek())) throw this.fault("one repetition, not two");
    return { kind: "repeat", item, ...count };
  }

  private atom(): AsPathNode {
    const next = this.peek();
    if (numberStart.test(next)) {
      const number = this.number();
      return { kind: "as", ranges: [{ min: number, max: number }] };
    }
    if (this.take(".")) return { kind: "as", ranges: [{ min: 0, max: largestAs }] };
    if (this.take("[")) return this.set();
    if (this.take("(")) {
      this.depth++;
      if (this.depth > deepest) throw this.fault(`at most ${deepest} levels of parentheses`);
      const inner = this.choice();
      if (!this.take(")")) throw this.fault("`)`");
      this.depth--;
      return inner;
    }
    if (next === "^" || next === "$") {
      this.at++;
      if (/[*+?{]/.test(this.peek())) throw this.fault("something after the path's end that can be repeated");
      return { kind: next === "^" ? "start" : "end" };
    }
    if (/[*+?{]/.test(next)) throw this.fault("something to repeat before it");
    throw this.fault("an AS number, `.`, `[`, `(`, `^` or `$`");
  }

  private number(): number {
    this.peek();
    const [digits = ""] = /^\d+/.exec(this.text.slice(this.at)) ?? [];
    const number = Number(digits);
    if (digits === "" || number > largestAs) throw this.fault(`an AS number, 0 to ${largestAs}`);
    this.at += digits.length;
    return number;
  }

  private set(): AsPathNode {
    const isNegated = this.take("^");
    const ranges: NumberRange[] = [];
    while (!this.take("]")) {
      if (!numberStart.test(this.peek())) throw this.fault("an AS number, a range FIRST-LAST, or `]`");
      const min = this.number();
      const max = this.take("-") ? this.number() : min;
      if (max < min) throw this.fault("a range whose first number is not the larger one");
      ranges.push({ min, max });
    }
    if (ranges.length === 0) throw new Fault(this.at, "an AS number in the set");
    const merged = mergeRanges(ranges);
    return { kind: "as", ranges: isNegated ? otherRanges(merged) : merged };
  }

  private count(): { readonly min: number; readonly max: number | null } | null {
    if (this.take("*")) return { min: 0, max: null };
    if (this.take("+")) return { min: 1, max: null };
    if (this.take("?")) return { min: 0, max: 1 };
    if (!this.take("{")) return null;
    const min = this.times();
    let max: number | null = min;
    if (this.take(",")) max = this.peek() === "}" ? null : this.times();
    if (max !== null && max < min) throw this.fault("a largest number that is not below the smallest");
    if (!this.take("}")) throw this.fault("`}`");
    return { min, max };
  }

  private times(): number {
    this.peek();
    const [digits = ""] = /^\d+/.exec(this.text.slice(this.at)) ?? [];
    if (digits === "" || Number(digits) > mostTimes) throw this.fault(`a number of times, 0 to ${mostTimes}`);
    this.at += digits.length;
    return Number(digits);
  }
}
