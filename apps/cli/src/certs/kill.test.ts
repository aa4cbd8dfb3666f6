// A run is killed at random moments: what is there stays usable, and the next run needs no help.
import { spawn } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const topologyOf = (address: string) => `nix-nos:
  clusters:
    lab:
      nodes:
        node01: { role: control-plane, ip: ${address}, services: [chainfire] }
        node02: { role: worker, ip: 10.0.1.2 }
`;

let program = "";
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { planCertificates } from "@plasmacloud/cluster";
        import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
        import { updateCertificates } from "./update.js";
        const [directory, ...texts] = process.argv.slice(2);
        const plans = texts.map((text) => {
          const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }));
          return unwrap(planCertificates(unwrap(resolveTopology(document))));
        });
        const day = 86_400_000;
        const { STEP: step = null, PRUNE } = process.env;
        process.stdout.write("ready");
        for (let round = 0; ; round++)
          await updateCertificates({
            plan: plans[round % plans.length], directory, now: Date.now(), validFor: 365 * day, renewBefore: 30 * day,
            authorityValidFor: 3650 * day, step, prune: PRUNE !== undefined, isDry: false,
          });
      `,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    // The X.509 library's CommonJS parts call require.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    absWorkingDir: root,
  });
  program = outputFiles[0]?.text ?? "";
});

/** A folder with so many files more that its removal takes a while. */
function fatten(folder: string): void {
  for (let number = 0; number < 10_000; number++) writeFileSync(join(folder, `file${number}`), "");
}

/** Kills a run as soon as something of a folder is gone, and gives what of it is left. */
async function killWhileRemoving(script: string, directory: string, folder: string, env: NodeJS.ProcessEnv) {
  const place = join(directory, folder);
  const files = () => (existsSync(place) ? readdirSync(place).length : 0);
  const before = files();
  const child = spawn(process.execPath, [script, directory, topologyOf("10.0.0.1")], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  while (files() === before && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill("SIGKILL");
  await ended;
  return files();
}

async function killAfter(script: string, directory: string, delay: number, env: NodeJS.ProcessEnv): Promise<void> {
  const texts = [topologyOf("10.0.0.1"), topologyOf("10.0.0.2")];
  const child = spawn(process.execPath, [script, directory, ...texts], { env, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, delay));
  const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}

/** Folders that hold a certificate, each with its own key and signed by the authority; anything less fails. */
function wholeFolders(directory: string): readonly string[] {
  if (!existsSync(join(directory, "ca"))) return [];
  const authority = new X509Certificate(readFileSync(join(directory, "ca/ca.crt")));
  expect(authority.checkPrivateKey(createPrivateKey(readFileSync(join(directory, "ca/ca.key"))))).toBe(true);
  return ["nodes/node01/node", "nodes/node01/chainfire", "nodes/node02/node", "operator"].filter((folder) => {
    const place = join(directory, folder);
    if (!existsSync(place)) return false;
    const certificate = new X509Certificate(readFileSync(join(place, "tls.crt")));
    expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(join(place, "tls.key"))))).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(readFileSync(join(place, "ca.crt"), "utf8")).toBe(authority.toString());
    return true;
  });
}

describe.each([
  ["where two folders can be exchanged", process.env, true],
  ["where they cannot", { ...process.env, PATH: "/nonexistent" }, false],
])("%s", (_name, env, isAlwaysThere) => {
  it("a kill leaves whole certificates under one authority, and the next run makes the rest", {
    timeout: 180_000,
  }, async () => {
    const folder = temporaryFolder({ "t.yaml": topologyOf("10.0.0.1") });
    const script = join(folder, "program.mjs");
    writeFileSync(script, program);
    const directory = join(folder, "certs");
    let authority = "";
    let before: readonly string[] = [];
    for (let round = 0; round < 9; round++) {
      await killAfter(script, directory, Math.random() * (round < 3 ? 40 : 250), env);
      const now = wholeFolders(directory);
      if (isAlwaysThere) expect(before.filter((each) => !now.includes(each))).toEqual([]);
      before = now;
      const found = existsSync(join(directory, "ca")) ? readFileSync(join(directory, "ca/ca.key"), "utf8") : "";
      if (authority !== "") expect(found).toBe(authority);
      authority = found;
      if (round % 4 === 3) {
        const { code, stderr } = await run(folder, ["certs", "t.yaml"]);
        expect([code, stderr]).toEqual([0, ""]);
        expect(wholeFolders(directory).length).toBe(4);
        expect(readdirSync(directory).sort()).toEqual([".gitignore", "ca", "nodes", "operator"]);
        expect((await run(folder, ["certs", "t.yaml", "--check"])).code).toBe(0);
      }
    }
  });
});

describe("what is removed goes as one: a kill leaves no lone key, and the next run clears the rest", () => {
  const first = ["certs", "t.yaml"];

  it.each([
    ["a former authority", "ca-old", { STEP: "drop" }],
    ["a certificate", "nodes/node01/iam", { PRUNE: "yes" }],
  ])("%s", { timeout: 60_000 }, async (_name, removed, env) => {
    const folder = temporaryFolder({ "t.yaml": topologyOf("10.0.0.1").replace("[chainfire]", "[chainfire, iam]") });
    const script = join(folder, "program.mjs");
    writeFileSync(script, program);
    const directory = join(folder, "certs");
    for (const args of [[], ["--ca", "prepare"], ["--ca", "switch"]]) {
      expect((await run(folder, [...first, ...args])).code).toBe(0);
    }
    fatten(join(directory, removed));
    expect(await killWhileRemoving(script, directory, removed, env)).toBe(0);
    expect((await run(folder, first)).code).toBe(0);
    expect(readdirSync(directory).filter((name) => name.startsWith("."))).toEqual([".gitignore"]);
  });
});
