/** Turns each `expression; // => value` of an example into a comparison that is collected in `checked`. */
export function toProgram(source: string): { readonly code: string; readonly checks: number } {
  let checks = 0;
  const code = source.replace(/^(.*?);? *\/\/ => (.*)$/gm, (_line, expression: string, expected: string) => {
    checks++;
    return `checked.push([${expression.trim()}, ${JSON.stringify(expected.trim())}]);`;
  });
  return { code: `export const checked: [unknown, string][] = [];\n${code}`, checks };
}

/** The ```ts blocks of a page. */
export function blocksOf(page: string): string[] {
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
}
