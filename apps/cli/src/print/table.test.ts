import { describe, expect, it } from "vitest";
import { printTable } from "./table.js";

const head = ["node", "session", "address"];
const rows = [
  ["node01", "ibgp_node02_with_a_rather_long_name_v4", "10.0.0.1"],
  ["node02", "ibgp_node01_v4", "2001:db8:0:1:2:3:4:5"],
];

describe("a table", () => {
  it("is as wide as it has to be where nothing limits it", () => {
    expect(printTable(head, rows)).toBe(
      [
        "node    session                                 address",
        "node01  ibgp_node02_with_a_rather_long_name_v4  10.0.0.1",
        "node02  ibgp_node01_v4                          2001:db8:0:1:2:3:4:5",
        "",
      ].join("\n"),
    );
  });

  it.each([80, 60, 50, 40, 30])("fits a terminal of %i columns, and loses the widest cells' ends", (width) => {
    const lines = printTable(head, rows, width).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines[1]).toMatch(/^node01 /);
    if (width < 68) expect(lines[1]).toContain("…");
  });

  it("leaves out what is optional before it cuts anything", () => {
    expect(printTable(head, rows, 30, ["session", "node"])).toBe(
      ["node    address", "node01  10.0.0.1", "node02  2001:db8:0:1:2:3:4:5", ""].join("\n"),
    );
    expect(printTable(head, rows, 20, ["session", "node"]).split("\n")[2]).toBe("2001:db8:0:1:2:3:4:5");
    expect(printTable(head, rows, 80, ["session"])).toBe(printTable(head, rows));
  });

  it("is never narrower than its columns' least", () => {
    expect(printTable(head, rows, 1).split("\n")[1]).toBe("node01  ibgp_…  10.0.…");
  });

  it("shows control characters instead of obeying them", () => {
    expect(printTable(["a"], [["\u001b[2J"]])).toBe("a\n\\u{1b}[2J\n");
  });
});
