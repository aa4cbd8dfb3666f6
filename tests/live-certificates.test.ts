// What `nix-nos certs` makes, in etcd's own TLS (Go's): three members on three hosts, mutual on both ports.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nixNos, temporaryFolder } from "./support/cli.js";
import { eventually, startLab } from "./support/netns.js";

const topology = `nix-nos:
  name: acme
  clusters:
    lab:
      nodes:
        node01: { role: control-plane, ip: 10.0.1.1, services: [chainfire, flaredb, iam] }
        node02: { role: control-plane, ip: 10.0.1.2, services: [chainfire] }
        node03: { role: control-plane, ip: 10.0.1.3, services: [chainfire] }
`;

const nodes = [1, 2, 3].map((number) => ({ name: `node0${number}`, address: `10.0.1.${number}` }));

function certificates(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), topology);
  const { status, stderr } = nixNos(["certs", "t.yaml"], { cwd: folder });
  expect([status, stderr]).toEqual([0, ""]);
  return join(folder, "certs");
}

const title = "three etcds form a cluster, strangers are turned away, and a service has the rights of its name";
it(title, { timeout: 180_000 }, async () => {
  const directory = certificates();
  const chainfire = (node: string) => join(directory, "nodes", node, "chainfire");
  const operator = join(directory, "operator");
  const lab = startLab(Object.fromEntries(nodes.map(({ name, address }) => [name, `${address}/24`])));
  onTestFinished(() => lab.stop());
  const exec = (host: string, ...command: readonly [string, ...string[]]) =>
    lab.hosts.get(host)?.exec(...command) ?? "";
  const data = temporaryFolder();
  for (const { name, address } of nodes) {
    const tls = (prefix: string) => ({
      [`${prefix}client-cert-auth`]: "true",
      [`${prefix}cert-file`]: join(chainfire(name), "tls.crt"),
      [`${prefix}key-file`]: join(chainfire(name), "tls.key"),
      [`${prefix}trusted-ca-file`]: join(chainfire(name), "ca.crt"),
    });
    const options = {
      name,
      "data-dir": join(data, name),
      "initial-cluster": nodes.map((each) => `${each.name}=https://${each.address}:2380`).join(","),
      "listen-client-urls": `https://${address}:2379`,
      "advertise-client-urls": `https://${address}:2379`,
      "listen-peer-urls": `https://${address}:2380`,
      "initial-advertise-peer-urls": `https://${address}:2380`,
      ...tls(""),
      ...tls("peer-"),
    };
    lab.hosts.get(name)?.start("etcd", ...Object.entries(options).map(([option, value]) => `--${option}=${value}`));
  }
  const endpoints = nodes.map(({ address }) => `https://${address}:2379`).join(",");
  const etcdctl = (host: string, identity: string, ...args: readonly string[]) => {
    const files = { cert: "tls.crt", key: "tls.key", cacert: "ca.crt" };
    const own = Object.entries(files).map(([option, file]) => `--${option}=${join(identity, file)}`);
    const options = [`--endpoints=${endpoints}`, "--command-timeout=5s", ...own];
    return exec(host, "env", "ETCDCTL_API=3", "etcdctl", ...options, ...args);
  };

  const put = () => etcdctl("node03", operator, "put", "who", "operator");
  await eventually("a cluster that takes a key", 90, put, (seen) => seen === "OK\n");
  const healthy = () => etcdctl("node01", operator, "endpoint", "status", "--write-out=simple");
  await eventually("three members", 30, healthy, (seen) => seen.trim().split("\n").length === 3);
  expect(etcdctl("node02", chainfire("node02"), "get", "who", "--print-value-only")).toBe("operator\n");

  const curl = (host: string, identity: string, url: string) => {
    const own = ["--cert", join(identity, "tls.crt"), "--key", join(identity, "tls.key")];
    return exec(host, "curl", "-sf", "--http1.1", "--cacert", join(operator, "ca.crt"), ...own, url);
  };
  const stranger = join(certificates(), "nodes/node02/chainfire");
  expect(curl("node02", chainfire("node02"), "https://10.0.1.1:2379/health")).toContain("true");
  expect(() => curl("node02", stranger, "https://10.0.1.1:2379/health")).toThrow();
  expect(() => exec("node02", "curl", "-sf", "--http1.1", "-k", "https://10.0.1.1:2379/health")).toThrow();
  // etcd holds the address that a member comes from against its certificate.
  expect(curl("node02", chainfire("node02"), "https://10.0.1.1:2380/version")).toContain("etcdserver");
  expect(() => curl("node03", chainfire("node02"), "https://10.0.1.1:2380/version")).toThrow();

  // A certificate's common name is the user's name, once etcd asks for users.
  for (const command of [
    "user add root --no-password",
    "user add operator --no-password",
    "user add iam --no-password",
    "role add root",
    "role add iam",
    "role grant-permission iam readwrite iam/ --prefix",
    "user grant-role root root",
    "user grant-role operator root",
    "user grant-role iam iam",
    "auth enable",
  ]) {
    etcdctl("node01", operator, ...command.split(" "));
  }
  const iam = join(directory, "nodes/node01/iam");
  await eventually(
    "what IAM may write",
    20,
    () => etcdctl("node01", iam, "put", "iam/key", "1"),
    (seen) => seen === "OK\n",
  );
  expect(() => etcdctl("node01", iam, "put", "flaredb/key", "1")).toThrow(/permission denied/);
  expect(() => etcdctl("node01", join(directory, "nodes/node01/flaredb"), "get", "iam/key")).toThrow();
});
