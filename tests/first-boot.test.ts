// The first-boot program against real etcds, with the documents that `render` and the certificates that `certs` wrote.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, it, type TestContext } from "vitest";
import { type Nodes, prepareSites, startNodes, tlsOf } from "./support/first-boot.js";

const folder = mkdtempSync(join(tmpdir(), "nix-nos-site-"));
const { site, grown, overIpv6 } = prepareSites(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const names = ["n1", "n2", "n3"];
const up = { status: 0 };
const few = { FIRST_BOOT_TRIES: "3" };

/** Each of them with a vote, in one and the same cluster. */
async function expectOneCluster({ expect }: TestContext, nodes: Nodes): Promise<void> {
  const id = await nodes.clusterId(nodes.names[0] ?? "");
  for (const name of nodes.names) {
    expect(await nodes.votersOf(name)).toEqual(nodes.names);
    expect(await nodes.clusterId(name)).toBe(id);
  }
}

describe.concurrent("nodes", { timeout: 240_000 }, () => {
  it("form one cluster by mutual TLS, whichever is up first, and each boot after the first does nothing", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    // The two that join ask before there is anybody to ask.
    const results = await Promise.all(["n2", "n3", "n1"].map((name) => nodes.boot(name)));
    expect(results.map(({ status, stderr }) => [status, stderr.includes("is up")])).toEqual(names.map(() => [0, true]));
    expect(results[2]?.stderr).toContain("n1 founds the cluster");
    await expectOneCluster(context, nodes);
    const before = names.map((name) => nodes.read(name, "count"));
    for (const name of names) {
      expect(nodes.startedOn(name)).toEqual(["chainfire.service", "iam.service", "flashdns.service"]);
      expect(await nodes.boot(name)).toEqual({ status: 0, stderr: "" });
    }
    expect(names.map((name) => nodes.read(name, "count"))).toEqual(before);
    const urls = (await nodes.membersOf("n1")).flatMap(({ peerURLs, clientURLs }) => [...peerURLs, ...clientURLs]);
    expect(urls.filter((url) => !url.startsWith("https://"))).toEqual([]);
    for (const name of names) expect(nodes.read(name, "state/chainfire.env")).toMatch(/\nCHAINFIRE_FORMED=true\n$/);
    await nodes.etcdctl("n2", "put", "a", "b");
    nodes.stop("n1");
    expect(await nodes.etcdctl("n3", "get", "a")).toContain("b");
  });

  it("form one cluster in plain text where TLS is off", async (context) => {
    const nodes = startNodes(context, site, { tls: false });
    const results = await Promise.all(names.map((name) => nodes.boot(name)));
    context.expect(results).toMatchObject(names.map(() => up));
    await expectOneCluster(context, nodes);
  });

  it("form one cluster over IPv6", async (context) => {
    const nodes = startNodes(context, overIpv6, { tls: true });
    for (const name of nodes.names) context.expect(await nodes.boot(name)).toMatchObject(up);
    await expectOneCluster(context, nodes);
  });

  it("that are added join, also when they sort first", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, grown, { tls: true });
    const newcomer = nodes.boot("n1");
    expect((await nodes.boot("n2")).stderr).toContain("n2 founds the cluster");
    expect(await nodes.boot("n3")).toMatchObject(up);
    expect((await newcomer).stderr).toMatch(/n1 joins the cluster\n[\s\S]*n1 is up/);
    await expectOneCluster(context, nodes);
  });

  it("that founded, and have a new disk, find their cluster alive and found no second one", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    for (const name of names) expect(await nodes.boot(name)).toMatchObject(up);
    const id = await nodes.clusterId("n2");
    nodes.wipe("n1");
    const refused = await nodes.boot("n1");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("n1 was a member already and its data is gone: remove it from the cluster first");
    expect(existsSync(nodes.pathOf("n1", "pid"))).toBe(false);
    await nodes.etcdctl("n2", "member", "remove", await nodes.memberId("n1", "n2"));
    expect(await nodes.boot("n1")).toMatchObject(up);
    expect(await nodes.clusterId("n1")).toBe(id);
    await expectOneCluster(context, nodes);
  });

  it("that are no members wait for one that is healthy", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    change(nodes, "n3", { services: {} });
    const waiting = nodes.boot("n3");
    expect(await nodes.boot("n1")).toMatchObject(up);
    expect(await waiting).toMatchObject(up);
    expect(nodes.startedOn("n3")).toEqual(["iam.service", "flashdns.service"]);
    expect(await nodes.votersOf("n1")).toEqual(["n1"]);
  });

  it("whose name means something in ChainFire's environment are called otherwise there", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    expect(await nodes.boot("n1")).toMatchObject(up);
    nodes.stop("n1");
    const text = nodes.read("n1", "state/chainfire.env");
    writeFileSync(
      nodes.pathOf("n1", "state/chainfire.env"),
      text.replace("ETCD_NAME=n1\n", () => "ETCD_NAME='n 1,$n1'\n"),
    );
    rmSync(nodes.pathOf("n1", "state/done"));
    expect(await nodes.boot("n1")).toMatchObject(up);
    expect(await nodes.votersOf("n1")).toEqual(["n 1,$n1"]);
    expect(await nodes.boot("n2")).toMatchObject(up);
    expect(nodes.read("n2", "state/chainfire.env")).toContain(
      `ETCD_INITIAL_CLUSTER=n2=${nodes.urlOf("n2", 2380)},n_1__n1=${nodes.urlOf("n1", 2380)}\n`,
    );
  });
});

describe.concurrent("certificates of another authority", { timeout: 240_000 }, () => {
  const known = tlsOf(site.certs, "n2");
  const strange = tlsOf(site.strangers, "n2");

  it.for([
    ["all of them", strange, /a member of the cluster that takes n2.* \(10.0.1.11:2379: curl: .*certificate/],
    [
      "the node's own",
      { ...strange, FIRST_BOOT_CA: known.FIRST_BOOT_CA },
      /a member of the cluster that takes n2.* \(10.0.1.11:2379: curl: /,
    ],
    ["ChainFire's", { ...known, CHAINFIRE_TLS: strange.CHAINFIRE_TLS }, /n2 to catch up with the cluster \(curl: /],
  ] as const)("join nothing: %s", async ([, tls, reason], context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    expect(await nodes.boot("n1")).toMatchObject(up);
    const { status, stderr } = await nodes.boot("n2", { ...tls, FIRST_BOOT_TRIES: "20" });
    expect([status, stderr]).toEqual([1, expect.stringMatching(reason)]);
    expect((await nodes.votersOf("n1")).filter((name) => name !== "a learner")).toEqual(["n1"]);
    expect(await nodes.etcdctl("n1", "put", "a", "b")).toContain("OK");
  });

  it("found nothing beside a cluster that refuses them", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    for (const name of ["n1", "n2"]) expect(await nodes.boot(name)).toMatchObject(up);
    nodes.wipe("n1");
    const { status, stderr } = await nodes.boot("n1", { ...tlsOf(site.strangers, "n1"), ...few });
    expect([status, stderr]).toEqual([1, expect.stringContaining("a clear answer whether the cluster is there")]);
    expect(existsSync(nodes.pathOf("n1", "state/chainfire.env"))).toBe(false);
  });
});

describe.concurrent("killed before each of its commands, and started again,", { timeout: 600_000 }, () => {
  /** Kills a node's first boot at every second command in turn, until there is none left to kill. */
  async function killEverywhere(
    { expect }: TestContext,
    nodes: Nodes,
    { name, first }: { readonly name: string; readonly first: number },
    look: () => Promise<void>,
  ): Promise<number> {
    for (let at = first; ; at += 2) {
      nodes.wipe(name);
      const { status } = await nodes.boot(name, { KILL_AT: String(at) }, ["iam"]);
      expect(await nodes.boot(name, {}, ["iam"]), `killed at ${at}`).toMatchObject(up);
      await look();
      expect(nodes.startedOn(name)).toContain("iam.service");
      // A run that was not killed was through; of many looks for one thing, some are enough.
      if (status === 0 || at >= 15) return at;
    }
  }

  it.for([1, 2])("the founder founds once (every second one from the %ith)", async (first, context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    const steps = await killEverywhere(context, nodes, { name: "n1", first }, async () => {
      expect(await nodes.votersOf("n1")).toEqual(["n1"]);
    });
    expect(steps).toBeGreaterThan(5);
  });

  it.for([1, 2])(
    "a member joins once, and the cluster stands all the while (from the %ith)",
    async (first, context) => {
      const { expect } = context;
      const nodes = startNodes(context, site, { tls: true });
      expect(await nodes.boot("n1")).toMatchObject(up);
      const id = await nodes.clusterId("n1");
      const steps = await killEverywhere(context, nodes, { name: "n2", first }, async () => {
        expect(await nodes.votersOf("n1")).toEqual(["n1", "n2"]);
        expect([await nodes.clusterId("n1"), await nodes.clusterId("n2")]).toEqual([id, id]);
        await nodes.etcdctl("n1", "member", "remove", await nodes.memberId("n2", "n1"));
      });
      expect(steps).toBeGreaterThan(8);
    },
  );
});

describe.concurrent("a node that cannot go on says so in one line", { timeout: 120_000 }, () => {
  const document = { version: 1, cluster_name: "lab", node_id: "n1", node_ip: "10.0.1.11", bootstrap: true };
  const chainfire = { client_port: 2379, peer_port: 2380, peers: ["n1"] };
  const whole = { ...document, join_endpoints: [], services: { chainfire } };
  const without = (key: string) => ({ ...whole, [key]: undefined });
  const part = "is no JSON document, or only a part of one";

  it.for([
    ["nothing", "", part],
    ["half of one", JSON.stringify(whole).slice(0, 60), part],
    ["two of them", `${JSON.stringify(whole)}${JSON.stringify(whole)}`, part],
    ["a list", [whole], part],
    ["another version", { ...whole, version: 2 }, "is of version 2, and this program knows 1"],
    ["no version", without("version"), "is of version null, and this program knows 1"],
    ["no name", without("node_id"), "has no node_id"],
    ["no services", without("services"), "has no services"],
    ["no founder", { ...whole, bootstrap: "yes" }, "has a bootstrap that is neither true nor false"],
    ["lines in a name", { ...whole, node_id: "n1\nETCD_FORCE_NEW_CLUSTER=true" }, "has a node_id that is no name"],
    ["a line feed after a name", { ...whole, node_id: "n1\n" }, "has a node_id that is no name"],
    ["a variable in a name", { ...whole, node_id: "n1$HOME" }, "has a node_id that is no name"],
    ["two names in one", { ...whole, node_id: "n1,n2" }, "has a node_id that is no name"],
    ["no address", { ...whole, node_ip: "10.0.1.11 -o /etc/passwd" }, "has a node_ip that is no address"],
    ["a link-local zone", { ...whole, node_ip: "fe80::1%eth0" }, "has a node_ip that is no address"],
    ["a name to join", { ...whole, join_endpoints: ["evil.example/x?:2379"] }, "has a join_endpoints that is no list"],
    ["an option to join", { ...whole, join_endpoints: ["--output /x:1"] }, "has a join_endpoints that is no list"],
    ["no map of ports", { ...whole, services: { chainfire: 1 } }, "has a chainfire that is no map"],
    [
      "a port too high",
      { ...whole, services: { chainfire: { ...chainfire, peer_port: 65536 } } },
      "has a peer_port that",
    ],
    [
      "a port in words",
      { ...whole, services: { chainfire: { ...chainfire, client_port: "2379" } } },
      "has a client_port",
    ],
    [
      "hostile peers",
      { ...whole, services: { chainfire: { ...chainfire, peers: ["n1", "-K/etc/x"] } } },
      "has a peers that",
    ],
  ] as const)("of a document: %s", async ([, content, fault], context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: false });
    const file = nodes.pathOf("n1", "cluster-config.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    const { status, stderr } = await nodes.boot("n1");
    expect([status, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toContain(`first boot: ${file} ${fault}`);
    expect(existsSync(nodes.pathOf("n1", "state/chainfire.env"))).toBe(false);
  });

  it("without a document, or with a folder in its place", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: false });
    rmSync(nodes.pathOf("n1", "cluster-config.json"));
    expect(await nodes.boot("n1")).toEqual({ status: 1, stderr: "first boot: there is no cluster-config.json\n" });
    const first = nodes.pathOf("n1", "none.json");
    mkdirSync(first);
    expect(await nodes.boot("n1")).toEqual({ status: 1, stderr: `first boot: ${first} ${part}\n` });
  });

  it("without a certificate", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    const { status, stderr } = await nodes.boot("n1", { FIRST_BOOT_NEEDS: "/dev/null/tls.crt:/dev/null/tls.key" });
    const words = "`nix-nos certs` makes it, in nodes/n1, and it is to be brought here";
    expect([status, stderr]).toEqual([1, `first boot: /dev/null/tls.crt is not there: ${words}\n`]);
  });

  it("after its tries, with what it waited for", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    const { status, stderr } = await nodes.boot("n2", few);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/gave up waiting: a member of the cluster.*curl: \(7\)/),
    ]);
    expect(existsSync(nodes.pathOf("n2", "state/chainfire.env"))).toBe(false);
  });

  it.for([
    ["nobody answers", "resume()", "n2:2379: curl: (28)"],
    ["something else answers", 'end("HTTP/1.0 200 OK\\r\\n\\r\\n{}")', "(n2:2379 answers, but not as ChainFire does)"],
  ] as const)("to found, where a peer's port is open and %s", async ([, answer, reason], context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: false });
    const ready = nodes.pathOf("n2", "ready");
    const server = `require("net").createServer((socket) => socket.${answer}).listen(2379, "10.0.1.12", () =>
      require("fs").writeFileSync(${JSON.stringify(ready)}, ""))`;
    nodes.start("n2", process.execPath, "-e", server);
    await expect.poll(() => existsSync(ready), { timeout: 30_000 }).toBe(true);
    const { status, stderr } = await nodes.boot("n1", { FIRST_BOOT_TRIES: "1" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("a clear answer whether the cluster is there")]);
    expect(stderr).toContain(reason);
    expect(existsSync(nodes.pathOf("n1", "state/chainfire.env"))).toBe(false);
  });

  it("reads the second document where the first is not there, and not where the first is broken", async (context) => {
    const { expect } = context;
    const nodes = startNodes(context, site, { tls: true });
    const first = nodes.pathOf("n1", "none.json");
    writeFileSync(first, "{");
    expect(await nodes.boot("n1")).toEqual({ status: 1, stderr: `first boot: ${first} ${part}\n` });
    rmSync(first);
    expect(await nodes.boot("n1")).toMatchObject(up);
  });
});

/** The node's document, different. */
function change(nodes: Nodes, name: string, more: Readonly<Record<string, unknown>>): void {
  const document = JSON.parse(nodes.read(name, "cluster-config.json")) as object;
  writeFileSync(nodes.pathOf(name, "cluster-config.json"), JSON.stringify({ ...document, ...more }));
}
