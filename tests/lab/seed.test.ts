import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { labOf, sessionsOf, tally, upAndTested } from "./lab.js";

it("brings the seed topology up, tests it, changes nothing when asked again, and removes all of it", {
  timeout: 120_000,
}, async (context) => {
  const before = spawnSync("ip", ["-o", "link"], { encoding: "utf8" }).stdout;
  const lab = labOf(context, "examples/seed.yaml");
  const report = await upAndTested(lab);
  // Two sessions with both ends and three sidecars; two VIPs on three nodes, a stranger, and both gone again.
  expect(tally(report)).toEqual({ session: 7, vip: 9 });
  expect((await sessionsOf(lab)).every(({ established }) => established)).toBe(true);
  expect(await lab.run("up")).toMatchObject({ status: 0, stdout: expect.stringMatching(/: up as it was\n$/) });
  expect(await lab.exec("node01", "ip", "-br", "address", "show", "eth0")).toContain("10.0.1.10/24");
  expect(await lab.run("exec", "node09", "--", "true")).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('The lab has no host "node09".'),
  });

  const { id, namespaces, daemons } = await lab.json<{ id: string; namespaces: string[]; daemons: number }>("down", 0);
  expect(namespaces).toHaveLength(4);
  expect(daemons).toBe(6);
  expect(spawnSync("ip", ["netns", "list"], { encoding: "utf8" }).stdout).not.toContain(`nnlab-${id}.`);
  expect(spawnSync("ip", ["-o", "link"], { encoding: "utf8" }).stdout).toBe(before);
  expect(await lab.run("test")).toMatchObject({ status: 3, stderr: expect.stringContaining("The lab is not up.") });
});
