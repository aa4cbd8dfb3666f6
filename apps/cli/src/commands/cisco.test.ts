import { expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const files = {
  "old.cfg": "hostname a\n!\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.255\n!\nend\n",
  "new.cfg": "hostname b\n!\nend\n",
  "torn.cfg": "  ip address\n",
};

it("prints the lines from one configuration to the next, what goes first", async () => {
  const folder = temporaryFolder(files);
  expect(await run(folder, ["cisco", "diff", "old.cfg", "new.cfg"])).toMatchObject({
    code: 0,
    stdout: "no interface Loopback0\nhostname b\n",
  });
  expect(await run(folder, ["cisco", "diff", "old.cfg", "old.cfg"])).toMatchObject({ code: 0, stdout: "" });
  const json = await run(folder, ["cisco", "diff", "old.cfg", "new.cfg", "--json"]);
  expect(JSON.parse(json.stdout)).toEqual(["no interface Loopback0", "hostname b"]);
});

it.each([
  ["torn.cfg", "Line 1 is below nothing"],
  ["none.cfg", "no such file"],
])("says in one sentence why it cannot read %s", async (file, why) => {
  const { code, stderr } = await run(temporaryFolder(files), ["cisco", "diff", file, "new.cfg"]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^error\[NN9001\]/);
  expect(stderr).toContain(why);
});
