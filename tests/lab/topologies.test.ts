// Topologies of every kind, alive and as planned; what each shows beyond that stands in its test.
import { execFileSync } from "node:child_process";
import type { LabReport } from "@nix-nos/lab";
import { describe, expect, it } from "vitest";
import { birdSocketOf, labOf, passing, sessionsOf, tally, upAndTested } from "./lab.js";
import { rogue } from "./rogue.js";

const file = (name: string) => `tests/lab/topologies/${name}.yaml`;

describe.concurrent("lab", { timeout: 150_000 }, () => {
  it("datacenter.yaml: fabric, reflectors, peers with a password and GTSM, sidecars", async (context) => {
    const report = await upAndTested(labOf(context, "examples/datacenter.yaml"));
    expect(tally(report)).toMatchObject({ session: 36, route: 85, vip: 24 });
  });

  it("IPv6 alone with 32-bit ASes in a full mesh; a VIP that goes missing is noticed", async (context) => {
    const lab = labOf(context, file("ipv6-mesh"));
    expect(tally(await upAndTested(lab))).toEqual({ session: 14, route: 30 });
    for (const host of ["m2", "m3"]) await lab.exec(host, "birdc", "-s", birdSocketOf(lab, host), "disable", "vips_v6");
    const { status, stdout } = await lab.run("test");
    expect(status).toBe(1);
    expect(stdout).toMatch(/FAIL {2}30 routes, 3 failed/);
    expect(stdout).toContain("2001:db8:100::1/128 on far: there is no route to it");
  });

  it("two levels of reflectors: one of a pair dies, and nobody loses a route", async (context) => {
    const lab = labOf(context, file("reflectors"));
    await lab.json("up", 0);
    expect(tally(await passing(lab, "--kill", "a1"))).toMatchObject({ route: 72, fault: 58 });
  });

  it("a Clos fabric, unnumbered: a spine dies and nobody else is lost; a cable takes what has no other way", async (context) => {
    const lab = labOf(context, file("clos"));
    await lab.json("up", 0);
    expect(tally(await passing(lab, "--kill", "spine1"))).toMatchObject({ route: 140, fault: 115 });
    const { status, stdout } = await lab.run("test", "--cut", "leaf1:spine1");
    expect(status).toBe(1);
    // Everybody still reaches everybody but the spine itself, whose AS is the other spine's too.
    expect(stdout).toMatch(/FAIL {2}\d+ fault checks, 8 failed/);
    expect(stdout).toContain("10.255.0.7/32 on leaf1: lost, and the plan has no other way");
  });

  it("transits, an exchange and a customer: in and out goes what the filters let pass, as they change it", async (context) => {
    const lab = labOf(context, file("transit"));
    expect(tally(await upAndTested(lab))).toMatchObject({ session: 12, policy: 65 });
    const heard = await lab.exec("peer.transit-a", "birdc", "-s", birdSocketOf(lab, "peer.transit-a"), "show", "route");
    expect(heard).toMatch(/^203\.0\.113\.0\/24 /m);
    expect(heard).toMatch(/^198\.51\.100\.0\/24 .*AS64511i/m);
    expect(heard).not.toMatch(/^(100\.10[345]|10\.255)\./m);
    const core = await lab.exec("core", "birdc", "-s", birdSocketOf(lab, "core"), "show", "route", "all");
    expect(core).toMatch(/^100\.100\.0\.0\/16 [\s\S]*?BGP\.local_pref: 100\n[\s\S]*?BGP\.community: .*\(65000,1\)/m);
    expect(core).not.toMatch(/^100\.10[1245]\./m);
  });

  it("guards of a border: what no policy wrote is there too, and a default route for whoever is to have one", async (context) => {
    const lab = labOf(context, file("guards"));
    expect(tally(await upAndTested(lab))).toMatchObject({ session: 14 });
    const birdc = (host: string, ...words: string[]) =>
      lab.exec(host, "birdc", "-s", birdSocketOf(lab, host), ...words);
    const routes = async (host: string) => (await birdc(host, "show", "route", "all")).replaceAll(/\t/g, " ");
    expect(await routes("core")).toMatch(/^0\.0\.0\.0\/0 .*AS3356i/m);
    expect(await routes("peer.customer")).toMatch(/^0\.0\.0\.0\/0 .*AS65000i/m);
    await birdc("edge", "disable", "peer_transit");
    await context.expect.poll(() => routes("core"), { timeout: 20_000 }).not.toContain("0.0.0.0/0");
    expect(await routes("peer.customer")).toMatch(/^0\.0\.0\.0\/0 .*AS65000i/m);
    expect(await routes("peer.leaving")).not.toContain("0.0.0.0/0");
    expect(await routes("peer.leaving")).toMatch(/^203\.0\.113\.0\/24 [\s\S]*?BGP\.community: \(65535,0\)/m);
    expect(await routes("core")).toMatch(/^198\.51\.100\.7\/32 [\s\S]*?BGP\.community: .*\(65535,666\)/m);
    expect(await routes("core")).toMatch(/^100\.120\.0\.0\/16 [\s\S]*?BGP\.local_pref: 0/m);
    expect(await routes("core")).not.toMatch(/^100\.(10[12]|104)\./m);
  });

  it.for([
    { host: "peer.rogue", own: { address: "192.0.2.17", as: 64500 }, node: "192.0.2.18" },
    { host: "peer.far-rogue", own: { address: "192.0.2.41", as: 64501 }, node: "192.0.2.42" },
  ])(
    "what a customer must not say comes to nothing, and saying too much ends the session: $host",
    async ({ host, own, node }, context) => {
      const lab = labOf(context, file("guards"));
      await lab.json("up", 0);
      const core = () => lab.exec("core", "birdc", "-s", birdSocketOf(lab, "core"), "show", "route");
      await context.expect.poll(core, { timeout: 20_000 }).toMatch(/^100\.70\.0\.0\/16[\s\S]*^100\.71\.0\.0\/16/m);
      const caller = await rogue(context, lab, host, own, node);
      const path = [{ kind: "sequence", numbers: [own.as] }] as const;
      caller.tell([
        { prefix: "100.90.1.0/24", path: [...path, { kind: "set", numbers: [64496, 64497] }] },
        { prefix: "100.90.2.0/24", path: [{ kind: "sequence", numbers: [64496, own.as] }] },
        // A leak says so by the attribute of RFC 9234 to BIRD, and by a community where GoBGP speaks for one of the nodes.
        ...(host === "peer.rogue" ? [{ prefix: "100.90.3.0/24", path, onlyToCustomer: 64496 }] : []),
        { prefix: "100.90.4.0/24", path, largeCommunity: [4_294_967_295, 9234, 1] },
        { prefix: "100.91.0.0/24", path },
      ]);
      await context.expect.poll(core, { timeout: 20_000 }).toContain("100.91.0.0/24");
      expect(await core()).not.toContain("100.90.");
      expect(caller.isCutOff()).toBe(false);
      caller.tell(Array.from({ length: 10 }, (_, index) => ({ prefix: `100.92.${index}.0/24`, path })));
      await context.expect.poll(() => caller.isCutOff(), { timeout: 20_000 }).toBe(true);
      await context.expect.poll(core, { timeout: 20_000 }).not.toMatch(/^100\.9/m);
      expect(await core()).toMatch(/^203\.0\.113\.0\/24/m);
      const down = (await sessionsOf(lab)).filter(({ established }) => !established);
      expect(down.map(({ neighbor }) => `peer.${neighbor}`)).toEqual([host]);
    },
  );

  it("too many routes of a neighbour that may send two: two are taken, and the session stays", async (context) => {
    const lab = labOf(context, file("guards"));
    await lab.json("up", 0);
    const core = async () =>
      (await lab.exec("core", "birdc", "-s", birdSocketOf(lab, "core"), "show", "route")).match(/^100\.9\S*/gm)?.sort();
    const caller = await rogue(context, lab, "peer.crowded", { address: "192.0.2.5", as: 174 }, "192.0.2.6");
    const path = [{ kind: "sequence", numbers: [174] }] as const;
    caller.tell(["100.93.0.0/24", "100.94.0.0/24", "100.95.0.0/24"].map((prefix) => ({ prefix, path })));
    await context.expect.poll(core, { timeout: 20_000 }).toEqual(["100.93.0.0/24", "100.94.0.0/24"]);
    expect(
      await lab.exec("edge", "birdc", "-s", birdSocketOf(lab, "edge"), "show", "protocols", "all", "peer_crowded"),
    ).toMatch(/Receive limit: {2}2 \[HIT\]/);
    expect(caller.isCutOff()).toBe(false);
  });

  it("neighbours met by range and by link, a node of GoBGP alone; a daemon that does not answer proves nothing", async (context) => {
    const lab = labOf(context, file("edges"));
    expect(await lab.run("status")).toMatchObject({ status: 3, stderr: expect.stringContaining("The lab is not up.") });
    expect(tally(await upAndTested(lab))).toEqual({ session: 5, route: 4, policy: 18, vip: 4 });
    const watch = lab.watch();
    await watch.until("far to transit (peer_transit) Established");
    const [pid] = execFileSync("ip", ["netns", "pids", `nnlab-${lab.name}.far`], { encoding: "utf8" }).split("\n");
    process.kill(Number(pid), "SIGSTOP");
    const report = await lab.json<LabReport>("test", 1);
    expect(report.checks.filter(({ passed, kind }) => !passed && kind === "route")).toMatchObject([
      { subject: "the table of far", reason: expect.stringContaining("deadline exceeded") },
    ]);
    await watch.until("far to transit (peer_transit) Down: ");
    process.kill(Number(pid), "SIGCONT");
    expect(await watch.interrupt()).toBe(0);
  });
});
