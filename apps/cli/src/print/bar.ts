const cells = 10;
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** How much of a whole is used, drawn and in per cent; anything above nothing shows. */
export function bar(used: bigint, whole: bigint): string {
  const share = whole === 0n ? 0 : Number((used * 1_000_000n) / whole) / 1_000_000;
  const steps = used > 0n ? Math.max(1, Math.floor(share * cells * 8)) : 0;
  const drawn = "█".repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? "");
  return `${drawn.padEnd(cells, "·")} ${percent(used, share).padStart(4)}`;
}

function percent(used: bigint, share: number): string {
  if (used > 0n && share < 0.01) return "<1%";
  return `${Math.floor(share * 100)}%`;
}

/** A count for people: whole up to seven digits, then as a power of ten. */
export function quantity(count: bigint): string {
  return count < 10_000_000n ? String(count) : Number(count).toExponential(1).replace("e+", "e");
}
