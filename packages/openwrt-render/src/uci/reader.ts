import { UciError } from "./document.js";

/** What C's `isspace` takes for a blank. */
const blanks = " \t\n\v\f\r";

const commands: Readonly<Record<string, "package" | "config" | "option" | "list">> = {
  p: "package",
  package: "package",
  c: "config",
  config: "config",
  o: "option",
  option: "option",
  l: "list",
  list: "list",
};

/** Takes a UCI file apart into commands and their arguments, as `file.c` of OpenWrt's `uci` does. */
export class UciReader {
  #at = 0;
  /** Behind the line break of the line that is being read; quotes and continued lines move it on. */
  #end = 0;
  #line = 0;

  constructor(readonly text: string) {
    const nul = text.indexOf("\0");
    if (nul >= 0) throw new UciError("A NUL byte.", text.slice(0, nul).split("\n").length);
  }

  /** The line that was read last, from 1. */
  get line(): number {
    return this.#line;
  }

  /** Goes on to the next line; false at the end. */
  nextLine(): boolean {
    this.#at = this.#end;
    return this.#extend();
  }

  /** The next command of the line, or `null` when there is none. */
  command(): "package" | "config" | "option" | "list" | null {
    this.#skipBlanks();
    if (this.#at >= this.#end || this.text[this.#at] === "#") {
      this.#at = this.#end;
      return null;
    }
    let stop = this.#at;
    while (stop < this.#end && !blanks.includes(this.text.charAt(stop))) stop++;
    const word = this.text.slice(this.#at, stop);
    const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
    if (command === undefined) throw new UciError(`${JSON.stringify(word)} is no command of UCI.`, this.#line);
    this.#at = stop;
    return command;
  }

  /** The next argument of the command; empty when there is none, and then a `;` in its place is taken for it. */
  argument(): string {
    this.#skipBlanks();
    if (this.#at < this.#end && this.text[this.#at] === ";") {
      this.#at++;
      return "";
    }
    let value = "";
    while (this.#at < this.#end) {
      const character = this.text.charAt(this.#at);
      if (character === "'") value += this.#singleQuoted();
      else if (character === '"') value += this.#doubleQuoted();
      else if (character === "#") this.#at = this.#end;
      else if (character === ";") break;
      else if (character === "\\") value += this.#escaped();
      else {
        value += character;
        this.#at++;
      }
      if (blanks.includes(this.text.charAt(this.#at))) break;
    }
    return value;
  }

  /** Nothing more may stand in the command; a `;` lets another one follow. */
  endCommand(): void {
    this.#skipBlanks();
    if (this.#at < this.#end && this.text[this.#at] !== ";" && this.text[this.#at] !== "#") {
      throw new UciError("More arguments than the command takes.", this.#line);
    }
    if (this.text[this.#at] !== ";") return;
    // Without a blank or quote in front, UCI loses the rest of the line.
    const before = this.text.charAt(this.#at - 1);
    if (!blanks.includes(before) && before !== "'" && before !== '"') {
      throw new UciError("UCI passes over what follows a `;` that stands right behind a word.", this.#line);
    }
    this.#at++;
    while (this.text[this.#at] === " " || this.text[this.#at] === "\t") this.#at++;
    if (this.#at < this.#end && blanks.includes(this.text.charAt(this.#at))) {
      throw new UciError("UCI expects another command behind a `;`.", this.#line);
    }
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && blanks.includes(this.text.charAt(this.#at))) this.#at++;
  }

  #singleQuoted(): string {
    const start = ++this.#at;
    const stop = this.text.indexOf("'", start);
    if (stop < 0) throw new UciError("A quote without an end.", this.#line);
    while (this.#end <= stop) this.#extend();
    this.#at = stop + 1;
    return this.text.slice(start, stop);
  }

  #doubleQuoted(): string {
    const { line } = this;
    let value = "";
    this.#at++;
    while (this.#at < this.#end || this.#extend()) {
      const character = this.text.charAt(this.#at);
      if (character === "\\") value += this.#escaped();
      else {
        this.#at++;
        if (character === '"') return value;
        value += character;
      }
    }
    throw new UciError("A quote without an end.", line);
  }

  /** Behind a backslash any character is itself, and a line break is none. */
  #escaped(): string {
    this.#at++;
    const rest = this.text.slice(this.#at, this.#end);
    if (rest === "" || rest === "\n" || rest === "\r\n") {
      this.#at = this.#end;
      this.#extend();
      return "";
    }
    const [character = ""] = rest;
    this.#at += character.length;
    return character;
  }

  /** One line more; false at the end of the file. */
  #extend(): boolean {
    if (this.#end >= this.text.length) return false;
    const stop = this.text.indexOf("\n", this.#end);
    this.#end = stop < 0 ? this.text.length : stop + 1;
    this.#line++;
    return true;
  }
}
