/** What JSON says, or `null` for a text that is none: a schema says the rest. */
export function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
