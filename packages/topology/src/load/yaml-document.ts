import { Composer, type Document, Lexer, type LineCounter, Parser, YAMLParseError } from "yaml";
import { deepestLevel } from "./refusals.js";

/** Where a text nests deeper than any topology. */
export class TooDeep extends Error {
  constructor(readonly offset: number) {
    super("The text nests too deep.");
  }
}

/**
 * The library's `parseDocument`, but that it stops where a text nests too deep: each level costs the library time and
 * memory, and `- - - -` has one for every two characters.
 *
 * @throws TooDeep
 */
export function parseDocument(text: string, lineCounter: LineCounter): Document.Parsed {
  // The library compares each key of a map with each other one; `yamlFaults` does it in one pass.
  const composer = new Composer({ prettyErrors: false, logLevel: "error", uniqueKeys: false });
  const documents = composer.compose(shallowTokens(text, lineCounter), true, text.length);
  const [first, second] = documents as Iterable<Document.Parsed, undefined>;
  if (first === undefined) throw new Error("the composer gives a document of every text");
  if (second !== undefined) {
    const [start, end] = second.range;
    first.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", ""));
  }
  return first;
}

function* shallowTokens(text: string, lineCounter: LineCounter): ReturnType<Parser["parse"]> {
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    // Besides a level's own entry there are few: the document's and those of the scalar that is being read.
    if (parser.stack.length > deepestLevel + 10) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}
