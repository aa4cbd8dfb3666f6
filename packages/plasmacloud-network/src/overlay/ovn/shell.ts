/** Words that the shell takes as they are. */
const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word of a POSIX shell (sh(1), "Single-Quotes"), whatever is in it. */
export function shellWord(text: string): string {
  return plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A simple command: its first words on a line, and each of the others on one of its own. */
export function shellCommand(first: readonly string[], others: readonly string[], indent: string): string {
  const lines = [first.map(shellWord).join(" "), ...others.map(shellWord)];
  return `${indent}${lines.join(` \\\n${indent}  `)}`;
}

/** A value in OVSDB's own notation: a JSON string (ovs-vsctl(8), "Database Values"). */
export function ovsdbString(text: string): string {
  return JSON.stringify(text);
}
