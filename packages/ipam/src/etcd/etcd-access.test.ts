import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEtcd, type TestEtcd } from "#support/etcd";
import { prefix } from "../ipam.test-support.js";
import { EtcdError } from "./etcd-error.js";
import { createEtcdStore, type EtcdStoreOptions } from "./etcd-store.js";

const folder = mkdtempSync(join(tmpdir(), "ipam-etcd-access-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);
const pem = (name: string) => readFileSync(path(name));
const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

const pools = [{ name: "p", prefixes: [prefix("10.0.0.0/16")] }];
const request = (key: string) => ({ pool: "p", key, family: "ipv4" }) as const;

/** What one request through a store of its own comes to: an address, or the error. */
async function ask(options: Omit<EtcdStoreOptions, "pools">, key = "a"): Promise<unknown> {
  const store = createEtcdStore({ pools, timeoutMs: 20_000, ...options });
  try {
    const [outcome] = await store.allocate([request(key)]);
    return outcome?.ok ? outcome.address : outcome?.reason;
  } catch (error) {
    return error;
  } finally {
    await store.close();
  }
}

/** One EtcdError of a code, whose one-line message says something. */
function expectError(error: unknown, code: EtcdError["code"], says: string): void {
  expect(error).toBeInstanceOf(EtcdError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
}

describe("TLS", () => {
  let etcd: TestEtcd;
  let strict: TestEtcd;
  beforeAll(async () => {
    for (const ca of ["ca", "other-ca"])
      openssl(
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${ca}`],
        ...["-keyout", `${ca}.key`, "-out", `${ca}.pem`],
      );
    const sign = (name: string, names: string) => {
      openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", "csr");
      writeFileSync(path("ext"), `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
      const ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
      openssl("x509", "-req", "-in", "csr", ...ca, "-extfile", "ext", "-out", `${name}.pem`);
    };
    sign("server", "IP:127.0.0.1,DNS:localhost");
    sign("operator", "DNS:operator");
    const own = ["--cert-file", path("server.pem"), "--key-file", path("server.key")];
    etcd = await startEtcd("https", own);
    strict = await startEtcd("https", [...own, "--client-cert-auth", "--trusted-ca-file", path("ca.pem")]);
  }, 120_000);
  afterAll(async () => {
    await etcd.remove();
    await strict.remove();
  });

  it("needs the authority that signed etcd's certificate", async () => {
    const ca = pem("ca.pem");
    expect(await ask({ endpoints: [etcd.endpoint], tls: { ca } })).toBe("10.0.0.1");
    // Without a scheme, the certificates say that it is TLS; and text is as good as bytes.
    const endpoint = etcd.endpoint.replace("https://", "");
    expect(await ask({ endpoints: [endpoint], tls: { ca: ca.toString() } }, "b")).toBe("10.0.0.2");
    for (const tls of [undefined, { ca: pem("other-ca.pem") }])
      expectError(await ask({ endpoints: [etcd.endpoint], ...(tls && { tls }) }), "tls", etcd.endpoint);
  });

  it("shows etcd a certificate of its own where etcd wants one", async () => {
    const ca = pem("ca.pem");
    const tls = { ca, cert: pem("operator.pem"), key: pem("operator.key") };
    expect(await ask({ endpoints: [strict.endpoint], tls })).toBe("10.0.0.1");
    const error = await ask({ endpoints: [strict.endpoint], tls: { ca }, timeoutMs: 1500 });
    expectError(error, "tls", "certificate");
  });

  it("is not mixed up with its absence", async () => {
    const plain = etcd.endpoint.replace("https:", "http:");
    expectError(await ask({ endpoints: [plain], timeoutMs: 1000 }), "unavailable", plain);
    const open = () => createEtcdStore({ pools, endpoints: [plain], tls: { ca: pem("ca.pem") } });
    expect(open).toThrow(`${plain} is not encrypted`);
    expect(() => createEtcdStore({ pools, endpoints: ["not an endpoint/x"] })).toThrow(TypeError);
    expect(() => createEtcdStore({ pools, endpoints: [] })).toThrow(TypeError);
  });
});

describe("authentication", () => {
  let etcd: TestEtcd;
  const etcdctl = (...args: string[]) =>
    execFileSync("etcdctl", ["--endpoints", etcd.endpoint, ...args], {
      env: { ...process.env, ETCDCTL_API: "3" },
      stdio: "pipe",
    });
  const asRoot = (...args: string[]) => etcdctl("--user", "root:root-secret", ...args);
  const access = (password: string) => ({ endpoints: [etcd.endpoint], username: "ipam", password, prefix: "/ipam/" });
  beforeAll(async () => {
    openssl("genrsa", "-out", "jwt.key", "2048");
    openssl("rsa", "-in", "jwt.key", "-pubout", "-out", "jwt.pub");
    const keys = `pub-key=${path("jwt.pub")},priv-key=${path("jwt.key")}`;
    // A token is good for a second.
    etcd = await startEtcd("http", ["--auth-token", `jwt,${keys},sign-method=RS256,ttl=1s`, "--bcrypt-cost", "4"]);
  }, 60_000);
  afterAll(() => etcd.remove());

  it("is none until etcd asks for it, then by user and password, below the prefix alone", async () => {
    const early = createEtcdStore({ pools, ...access("secret") });
    expect(await early.allocate([request("early")])).toEqual([{ ok: true, address: "10.0.0.1" }]);
    etcdctl("user", "add", "root:root-secret");
    etcdctl("role", "add", "root");
    etcdctl("user", "grant-role", "root", "root");
    etcdctl("user", "add", "ipam:secret");
    etcdctl("role", "add", "allocator");
    etcdctl("role", "grant-permission", "allocator", "--prefix=true", "readwrite", "/ipam/");
    etcdctl("user", "grant-role", "ipam", "allocator");
    etcdctl("auth", "enable");
    // A store that was open before goes on.
    expect(await early.allocate([request("late")])).toEqual([{ ok: true, address: "10.0.0.2" }]);
    await early.close();
    expect(await ask(access("secret"))).toBe("10.0.0.3");
    expectError(await ask({ ...access("secret"), prefix: "/elsewhere/" }), "permission-denied", "below the prefix");
    expectError(await ask(access("wrong")), "unauthenticated", "no such user and password");
    expectError(await ask({ ...access("secret"), username: "nobody" }), "unauthenticated", "no such user");
    expectError(await ask({ endpoints: [etcd.endpoint] }), "unauthenticated", "set username and password");
  });

  it("is renewed when a token ends, when roles change, and when etcd is killed and starts again", async () => {
    const store = createEtcdStore({ pools, ...access("secret") });
    await store.allocate([request("first")]);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await store.allocate([request("expired")])).toMatchObject([{ ok: true }]);
    asRoot("role", "grant-permission", "allocator", "--prefix=true", "readwrite", "/more/");
    expect(await store.allocate([request("changed")])).toMatchObject([{ ok: true }]);
    await etcd.kill();
    const during = store.allocate([request("restarted")]);
    await etcd.start();
    expect(await during).toMatchObject([{ ok: true }]);
    expect(await store.release(["first", "expired"])).toEqual(["first", "expired"]);
    await store.close();
  });
});

describe("etcd", () => {
  let etcd: TestEtcd;
  beforeAll(async () => {
    etcd = await startEtcd();
  }, 60_000);
  afterAll(() => etcd.remove());
  const put = (key: string, value: string) =>
    execFileSync("etcdctl", ["--endpoints", etcd.endpoint, "put", "--", key, value], {
      env: { ...process.env, ETCDCTL_API: "3" },
      stdio: "pipe",
    });

  it("that is not there is one error, and one of several that is not there is none", async () => {
    const gone = "http://127.0.0.1:1";
    expectError(await ask({ endpoints: [gone], timeoutMs: 500 }), "unavailable", `does not answer at ${gone}`);
    expect(await ask({ endpoints: [gone, etcd.endpoint], prefix: "/several/" })).toBe("10.0.0.1");
  });

  it.each([
    ["addr/ipv4/0a000001/host", "not JSON"],
    ["addr/ipv4/0a000001/host", "[]"],
    ["addr/ipv4/0a000001/host", '{"key":"a","pool":7}'],
    ["addr/ipv4/0a000001/host", '{"key":"a","pool":"p","releasedAt":1}'],
    ["addr/ipv4/0a000001/24", '{"key":"a","pool":"p"}'],
    ["addr/ipv4/0a00001/host", '{"key":"a","pool":"p"}'],
    ["length/ipv4/", "{}"],
    ["length/ipv4/33", "{}"],
    ["length/ipv5/3", "{}"],
    ["key/a", "null"],
    ["key/a", '{"pool":"p","address":"10.0.0.1/24"}'],
  ])("that holds something else at %s (%s) is an error that names the place", async (key, value) => {
    const below = `/malformed/${Math.random()}/`;
    put(`${below}${key}`, value);
    expectError(await ask({ endpoints: [etcd.endpoint], prefix: below }), "malformed", `"${below}${key}"`);
  });

  it("takes no key that is too long for it, and all others", async () => {
    const options = { endpoints: [etcd.endpoint], prefix: "/long/" };
    for (const length of [600_000, 3_000_000])
      expectError(await ask(options, "k".repeat(length)), "too-large", "longer than etcd takes");
    const store = createEtcdStore({ pools, ...options });
    // Each of them is six bytes in etcd, and none fits beside another.
    const long = Array.from({ length: 9 }, (_, each) => "\u0001".repeat(30_000) + each);
    const outcomes = await store.allocate(long.map(request));
    expect(outcomes.map((outcome) => outcome.ok && outcome.address)).toEqual(
      long.map((_, each) => `10.0.0.${each + 1}`),
    );
    const again = createEtcdStore({ pools, ...options });
    expect(await again.allocate(long.map(request))).toEqual(outcomes);
    expect(await again.allocate(long.map(request))).toEqual(outcomes);
    expect(await store.allocate(long.map(request))).toEqual(outcomes);
    expect(await again.release(long)).toEqual(long);
    for (const each of [store, again]) await each.close();
  });

  it("gives blocks of every length around and beside each other, within what one transaction may do", async () => {
    const wide = [{ name: "p", prefixes: [prefix("2001:db8::/32")] }];
    const open = () => createEtcdStore({ pools: wide, endpoints: [etcd.endpoint], prefix: "/wide/" });
    const [one, other] = [open(), open()];
    const block = (length: number) => ({ pool: "p", key: `/${length}`, family: "ipv6", length }) as const;
    const lengths = Array.from({ length: 96 }, (_, each) => 33 + each);
    const outcomes = await one.allocate(lengths.map(block));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    const hosts = Array.from({ length: 50 }, (_, each) => ({ pool: "p", key: `${each}`, family: "ipv6" }) as const);
    const reasons = (await other.allocate(hosts)).map((outcome) => (outcome.ok ? "given" : outcome.reason));
    expect(new Set(reasons)).toEqual(new Set(["exhausted", "given"]));
    for (const each of [one, other]) await each.close();
  });
});
