/** What a secret looks like in a command line or in a program's output, and what is left of it. */
const secrets: readonly (readonly [RegExp, string])[] = [
  // The deployer's own tokens and bootstrap keys.
  [/\bnn[ob]_[A-Za-z0-9_-]+/g, "(secret)"],
  // A user's password in an address.
  [/(:\/\/[^\s/:@]*):[^\s/@]+@/g, "$1:(secret)@"],
  [
    /(\b(?:authorization|token|secret|password|passphrase|api[-_]?key)\b["']?\s*[=:]\s*)(?:bearer\s+)?\S+/gi,
    "$1(secret)",
  ],
];

/** A text that comes from outside and goes into a log or a record, without what looks like a secret. */
export function redacted(text: string): string {
  return secrets.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

const longest = 500;

/** The last line that says something, as a message for people: one line, without secrets and control characters. */
export function lastLineOf(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.replace(/\p{Cc}/gu, " ").trim());
  return redacted(lines.filter((line) => line !== "").at(-1) ?? "").slice(0, longest);
}
