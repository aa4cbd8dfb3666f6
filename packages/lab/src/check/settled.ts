import type { LabDesign } from "../design/types.js";
import { check, type LabCheck } from "./report.js";
import { readTables, type Tables } from "./tables.js";

/** How long tables must stay as they are to count as settled, in milliseconds: BIRD tells its news at once. */
const quiet = 500;

/**
 * Looks at the tables again and again until everything passes and they change no more, or the time is over; gives what
 * was seen last. What must not be there passes early for no better reason than that nothing has arrived yet.
 */
export async function settled(
  design: LabDesign,
  seconds: number,
  look: (tables: Tables) => readonly LabCheck[] | Promise<readonly LabCheck[]>,
): Promise<readonly LabCheck[]> {
  const deadline = performance.now() + seconds * 1000;
  let before = "";
  for (;;) {
    const tables = await readTables(design);
    const seen = [...unread(tables), ...(await look(tables))];
    const now = textOf(tables);
    const passed = seen.every((each) => each.passed);
    if (passed && now === before) return seen;
    if (performance.now() > deadline)
      return passed ? [...seen, check("route", "the tables", `they still change after ${seconds} s`)] : seen;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, quiet));
  }
}

/** Tables that could not be read: without them, that something is absent says nothing. */
function unread(tables: Tables): readonly LabCheck[] {
  return [...tables].flatMap(([name, { fault }]) =>
    fault === null ? [] : [check("route", `the table of ${name}`, fault)],
  );
}

/** The tables as a text that is the same for the same routes, in whatever order they came. */
function textOf(tables: Tables): string {
  const hosts = [...tables].map(([name, { routes, prefixes }]) => {
    return [name, routes.map((route) => JSON.stringify(route)).sort(), [...prefixes].sort()];
  });
  return JSON.stringify(hosts);
}
