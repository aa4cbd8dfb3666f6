/**
 * Why a text is no calendar expression of systemd.time(7), or `null` when it is one: shorthands, weekdays, dates, times
 * and a time zone. Whether the machine knows a zone, and whether a date ever comes (`*-02-31`), is not looked at.
 *
 * @example
 * ```ts
 * import { calendarFault } from "@nix-nos/topology";
 *
 * calendarFault("Mon..Fri 03:00"); // => null
 * calendarFault("25:00"); // => "the hour 25 is not between 0 and 23"
 * ```
 */
export function calendarFault(value: string): string | null {
  const words = value.split(" ");
  if (words.includes("")) return "there are spaces too many";
  const last = words.at(-1) ?? "";
  const isZone = words.length > 1 && (/^UTC$/i.test(last) || /^[A-Z][A-Za-z]+(?:[/_+-][A-Za-z0-9]+)+$/.test(last));
  const rest = isZone ? words.slice(0, -1) : words;
  const [first = ""] = rest;
  if (rest.length === 1 && shorthands.has(first.toLowerCase())) return null;
  if (rest.length > 3) return "it has more than weekdays, a date, a time and a time zone";
  return partsFault(rest);
}

const shorthands = new Set([
  ...["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annually"],
  ...["semiannually", "semi-annually", "biannually", "bi-annually"],
]);

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const longWeekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Weekdays, date and time, each at most once and in this order. */
function partsFault(words: readonly string[]): string | null {
  let step = 0;
  for (const word of words) {
    const kind = /^[a-z]/i.test(word) ? 1 : word.includes(":") ? 3 : 2;
    if (kind <= step) return `the part ${JSON.stringify(word)} stands where none of its kind can`;
    step = kind;
    const fault = kind === 1 ? weekdayFault(word) : kind === 2 ? dateFault(word) : timeFault(word);
    if (fault !== null) return fault;
  }
  return null;
}

function weekdayFault(word: string): string | null {
  for (const range of word.toLowerCase().split(",")) {
    const ends = range.split(/\.\.|-/).map((name) => Math.max(weekdays.indexOf(name), longWeekdays.indexOf(name)));
    const [from = -1, to = from] = ends;
    if (ends.length > 2 || from < 0 || to < 0) return `${JSON.stringify(range)} is no weekday, as Mon or Mon..Fri`;
    if (from > to) return `the range ${JSON.stringify(range)} runs backwards`;
  }
  return null;
}

function dateFault(word: string): string | null {
  const match = /^(?:([^~-]+)-)?([^~-]+)([-~])([^~-]+)$/.exec(word);
  if (!match) return `${JSON.stringify(word)} is no date, as *-*-01 or 2027-06-30`;
  const [, year = "*", month = "", mark = "", day = ""] = match;
  return (
    componentFault(year.replace(/\b\d{1,2}\b/g, fullYear), "year", 1970, 2199) ??
    componentFault(month, "month", 1, 12) ??
    (mark === "~" ? endingDaysFault(day) : componentFault(day, "day", 1, 31))
  );
}

/**
 * Days counted from a month's end: systemd takes 28, and with each further one of a list, in their order, three less
 * (`chain_valid` in its calendarspec.c). A repetition goes on to the month's end, `~8/3` to the fifth day before it.
 */
function endingDaysFault(text: string): string | null {
  if (text === "*") return null;
  const beginning = (part: string) => Number.parseInt(part, 10);
  // A day alone comes before a range that begins with it.
  const end = (part: string) => Number(/\.\.(\d+)/.exec(part)?.[1] ?? -1);
  const inOrder = text.split(",").sort((a, b) => beginning(a) - beginning(b) || end(a) - end(b));
  for (const [index, part] of inOrder.entries()) {
    const [what, last] = ["day from the month's end", 28 - 3 * index] as const;
    const [, from, every] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
    if (from === undefined || every === undefined) {
      const fault = partFault(part, what, 1, last);
      if (fault !== null) return fault;
    } else {
      const fault = partFault(from, what, 1, last);
      if (fault !== null) return fault;
      if (Number(every) < 1 || Number(from) - Number(every) < 1)
        return `${JSON.stringify(part)} repeats past the month's end`;
    }
  }
  return null;
}

/** Two digits are a year of 1970 to 2069. */
function fullYear(digits: string): string {
  return String(Number(digits) + (Number(digits) < 70 ? 2000 : 1900));
}

function timeFault(word: string): string | null {
  const [hour = "", minute = "", second = "0", ...more] = word.split(":");
  if (more.length > 0) return `${JSON.stringify(word)} is no time, as 03:00 or *:0/15`;
  const whole = second.replace(/(\d)\.\d{1,6}/g, "$1");
  return (
    componentFault(hour, "hour", 0, 23) ??
    componentFault(minute, "minute", 0, 59) ??
    componentFault(whole, "second", 0, 59)
  );
}

/** One field: `*`, or a list. */
function componentFault(text: string, what: string, low: number, high: number): string | null {
  if (text === "*") return null;
  for (const part of text.split(",")) {
    const fault = partFault(part, what, low, high);
    if (fault !== null) return fault;
  }
  return null;
}

/** One of a list: a value, a range `1..5`, or a repetition `0/15`. */
function partFault(part: string, what: string, low: number, high: number): string | null {
  const match = /^(\d{1,4})(?:\.\.(\d{1,4}))?(?:\/(\d{1,4}))?$/.exec(part);
  if (!match) return `${JSON.stringify(part)} is no ${what}`;
  const [from, to = from, every] = [match[1], match[2], match[3]].map((digits) =>
    digits === undefined ? undefined : Number(digits),
  );
  if (from === undefined || to === undefined) return `${JSON.stringify(part)} is no ${what}`;
  for (const each of [from, to]) {
    if (each < low || each > high) return `the ${what} ${each} is not between ${low} and ${high}`;
  }
  // systemd counts seconds in microseconds, where a range of one value is none.
  if (match[2] !== undefined && (from > to || (from === to && what === "second")))
    return `the range ${JSON.stringify(part)} leads nowhere`;
  if (every !== undefined && (every < 1 || from + every > high)) {
    return `${JSON.stringify(part)} repeats past the last ${what}`;
  }
  return null;
}
