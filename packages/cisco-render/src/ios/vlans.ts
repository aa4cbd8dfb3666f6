import { type IosLine, line, packed } from "./document.js";

/** VLANs that a trunk carries, by number. */
export type Vlans = ReadonlySet<number>;

const head = "switchport trunk allowed vlan";

/** At most every second of IOS's VLANs, each by itself. */
const list = /^(add |remove )?(none|\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?){0,2047})$/;

/**
 * What a line does to the VLANs that a trunk carries; `null` for a line about something else. A device says a list that is
 * too long for a line in several, of which the further ones add.
 */
export function trunkVlans(text: string, before: Vlans): Vlans | null {
  if (!text.startsWith(`${head} `)) return null;
  const found = list.exec(text.slice(head.length + 1));
  if (found === null) return null;
  const own = numbersOf(found[2] ?? "none");
  if (own === null) return null;
  if (found[1] === "add ") return new Set([...before, ...own]);
  return found[1] === "remove " ? minus(before, own) : own;
}

/** The lines that make a trunk carry these and no others. */
export function trunkLines(vlans: Vlans): readonly IosLine[] {
  if (vlans.size === 0) return [line`switchport trunk allowed vlan none`];
  const [first, ...others] = lists(vlans, "add");
  return [
    ...(first === undefined ? [] : [line`switchport trunk allowed vlan ${first}`]),
    ...others.map((own) => line`switchport trunk allowed vlan add ${own}`),
  ];
}

/** The lines that take from a trunk what it carries no more, and those that give it what is new: the rest goes on. */
export function trunkChange(before: Vlans, after: Vlans): { readonly gone: IosLine[]; readonly come: IosLine[] } {
  return {
    gone: lists(minus(before, after), "remove").map((own) => line`switchport trunk allowed vlan remove ${own}`),
    come: lists(minus(after, before), "add").map((own) => line`switchport trunk allowed vlan add ${own}`),
  };
}

/** All of them, as one line would say it that had no end. */
export function trunkText(vlans: Vlans): string {
  return `${head} ${vlans.size === 0 ? "none" : rangesOf(vlans).join(",")}`;
}

function lists(vlans: Vlans, verb: "add" | "remove") {
  return packed(rangesOf(vlans), ",", `${head} ${verb} …`);
}

function rangesOf(vlans: Vlans): readonly string[] {
  const found: { min: number; max: number }[] = [];
  for (const id of [...vlans].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last.max === id - 1) last.max = id;
    else found.push({ min: id, max: id });
  }
  return found.map(({ min, max }) => (min === max ? `${min}` : `${min}-${max}`));
}

/** `null` for a range that ends before it begins. */
function numbersOf(text: string): Vlans | null {
  const ranges = text === "none" ? [] : text.split(",").map((own) => own.split("-").map(Number));
  if (ranges.some(([min = 0, max = min]) => max < min)) return null;
  return new Set(ranges.flatMap(([min = 0, max = min]) => Array.from({ length: max - min + 1 }, (_, at) => min + at)));
}

function minus(from: Vlans, gone: Vlans): Vlans {
  return new Set([...from].filter((id) => !gone.has(id)));
}
