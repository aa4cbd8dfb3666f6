import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { calendarFault } from "./calendar.js";

/** Those of the texts that the real systemd refuses. */
function refusedBySystemd(texts: readonly string[]): ReadonlySet<string> {
  const env = { ...process.env, LC_ALL: "C" };
  const { stderr } = spawnSync("systemd-analyze", ["calendar", "--", ...texts], {
    encoding: "utf8",
    env,
    maxBuffer: 1 << 26,
  });
  return new Set(
    [...stderr.matchAll(/^Failed to parse calendar specification '(.*)': /gm)].map(([, text = ""]) => text),
  );
}

const number = fc.integer({ min: 0, max: 70 }).map(String);
const part = fc.oneof(
  number,
  fc.tuple(number, number).map(([a, b]) => `${a}..${b}`),
  fc.tuple(number, number).map(([a, b]) => `${a}/${b}`),
  fc.tuple(number, number, number).map(([a, b, c]) => `${a}..${b}/${c}`),
);
const small = fc.integer({ min: 1, max: 12 }).map(String);
const list = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(","));
const component = fc.oneof({ weight: 3, arbitrary: fc.constant("*") }, { weight: 4, arbitrary: small }, list);
const year = fc.constantFrom("*", "2027", "1969", "1970", "2199", "2200", "27", "70", "99", "2027..2030", "2027/2");
const second = fc.oneof(component, fc.constantFrom("0.5", "1.25/2"));
const time = fc.oneof(
  fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(":")),
  fc.tuple(component, component, second).map((parts) => parts.join(":")),
);
const date = fc.oneof(
  fc.tuple(year, component, component, fc.constantFrom("-", "~")).map(([y, a, b, mark]) => `${y}-${a}${mark}${b}`),
  fc.tuple(component, component).map((parts) => parts.join("-")),
);
const days = fc.constantFrom("Mon", "Tue..Thu", "Fri,Sunday", "Xyz", "Fri..Mon", "Mon-Fri", "tue");
const zone = fc.constantFrom("UTC", "utc", "Europe/Paris", "Asia/Tokyo");
const expression = fc
  .tuple(fc.option(days), fc.option(date), fc.option(time), fc.option(zone, { freq: 3 }))
  .map((parts) => parts.filter((each) => each !== null).join(" "))
  .filter((text) => text !== "");

it("takes nothing that systemd refuses", () => {
  const texts = [...new Set(fc.sample(expression, { numRuns: 1200 }))];
  const refused = refusedBySystemd(texts);
  const taken = texts.filter((text) => calendarFault(text) === null);
  expect(taken.length).toBeGreaterThan(50);
  expect(refused.size).toBeGreaterThan(100);
  expect(taken.filter((text) => refused.has(text))).toEqual([]);
}, 60_000);

it("takes nothing of a month's end that systemd refuses", () => {
  const lists = fc.sample(list, { numRuns: 3000 }).map((text) => `*-2~${text}`);
  const texts = [...new Set([...lists, "*-7~8/19", "*-7~14..26,14", "*-7~2..28,2..3"])];
  const refused = refusedBySystemd(texts);
  expect(refused.size).toBeGreaterThan(100);
  expect(texts.filter((text) => calendarFault(text) === null && refused.has(text))).toEqual([]);
}, 60_000);

it.each([
  ...["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semi-annually", "yearly", "Daily"],
  ...["Mon", "Mon..Fri", "Mon,Wed..Fri 03:00", "Sat *-*-1..7 18:00:00", "*-*-01", "*-01-01 00:00:00", "2027-06-30"],
  ...[
    "03:00",
    "*:0/15",
    "*:*:0/5",
    "*-*~1",
    "*-2~03",
    "Mon *-5~07/1",
    "*-*~28",
    "*-*~1,5,22",
    "03:00 UTC",
    "Mon 03:00 Europe/Berlin",
    "99-1-1",
  ],
  ...["daily UTC", "*-*-* 4:00", "12..14:10,20,30", "12:05:45.250"],
])("takes what systemd takes: %s", (text) => {
  expect([calendarFault(text), refusedBySystemd([text]).size]).toEqual([null, 0]);
});

it.each([
  ...["", " daily", "dayly", "25:00", "03:60", "*-13-01", "Mon Tue", "03:00 Mon", "1 2 3 4 5", "*:*:24..24", "12:0/0"],
  ...["*-*-32", "a\nb", "daily; reboot", "%n"],
])("refuses what systemd refuses: %s", (text) => {
  expect(calendarFault(text)).not.toBe(null);
  expect(spawnSync("systemd-analyze", ["calendar", "--", text]).status).not.toBe(0);
});
