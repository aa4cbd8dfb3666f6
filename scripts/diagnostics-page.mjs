// docs/diagnostics.md as text, from the packages' own tables of codes.

/**
 * @param {readonly { heading: string, codes: Readonly<Record<string, { title: string, explanation: string }>> }[]} parts
 */
export function diagnosticsPage(parts) {
  const lines = [
    "# Diagnostics",
    "",
    "Every code that Nix-NOS reports. A code never changes its meaning. Written by `npm run docs:generate` from each",
    "package's `codes.ts`.",
  ];
  for (const { heading, codes } of parts) {
    lines.push("", `## ${heading}`);
    for (const [code, { title, explanation }] of Object.entries(codes).sort()) {
      lines.push("", `### ${code}: ${title}`, "", explanation);
    }
  }
  return `${lines.join("\n")}\n`;
}
