/**
 * A command line for a POSIX shell, which is what `ssh` hands to a node: each word stays one word, whatever is in it.
 *
 * @throws RangeError for a NUL, which no argument of a program can have
 */
export function shellCommand(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  if (word.includes("\0")) throw new RangeError("a word of a command line has no NUL");
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
