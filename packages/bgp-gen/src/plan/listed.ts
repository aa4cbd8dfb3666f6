const most = 3;

/** Names in a sentence, the first few of many: `n1, n2, n3 and 7 more`. */
export function listed(names: readonly string[]): string {
  const [shown, rest] = [names.slice(0, most), names.length - most];
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return [shown.slice(0, -1).join(", "), ...shown.slice(-1)].filter((part) => part !== "").join(" and ");
}
