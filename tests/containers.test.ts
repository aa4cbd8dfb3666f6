// Containers as the real podman takes them: made by the command line that NixOS's module writes, and looked at, not run.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { nixEval, nixNos, root } from "./support/cli.js";

const support = join(root, "tests/support");
const hostile = `'' \${a} $HOME $(reboot) %n %% "quoted" \\ \\n ; | 'single' # é \u{1F98A} a=b`;

const folder = mkdtempSync(join(tmpdir(), "nix-nos-containers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, "data");
const secret = join(folder, "secret");
mkdirSync(data);
writeFileSync(secret, "");
writeFileSync(join(folder, "variables"), "FROM_FILE=a b\n");

const image = "localhost/empty:1";
const workloads = {
  everything: {
    image,
    command: ["serve", hostile, "", "--flag", "-x"],
    nodes: ["n1"],
    ports: ["5000:5001", "53/udp", { name: "metrics", port: 9100, container: 91 }],
    environment: { HOSTILE: hostile, EMPTY: "" },
    environmentFiles: [join(folder, "variables")],
    secrets: { token: secret },
    healthCheck: { exec: ["/bin/true", hostile, ""], interval: 7, timeout: 2, retries: 4, startPeriod: 11 },
    volumes: [`${data}:/var/lib/data`, `${data}:/read:ro`],
    resources: { memory: "1G", cpu: 0.5, tasks: 100 },
    capabilities: ["CAP_CHOWN"],
    stopTimeout: 33,
    user: "nobody",
  },
  plain: { image, nodes: ["n1"], healthCheck: { exec: ["/bin/true"] } },
};

/** What the node's module says of its containers. */
function rendered(): Readonly<Record<string, Container>> {
  const clusters = { lab: { nodes: { n1: { role: "worker" } }, workloads } };
  writeFileSync(join(folder, "t.json"), JSON.stringify({ "nix-nos": { clusters } }));
  const { status, stderr } = nixNos(["render", join(folder, "t.json"), "--out", join(folder, "out")]);
  expect([status, stderr.match(/(error|warning)\[.*/)]).toEqual([0, null]);
  return nixEval(`
    let system = import ${support}/modules.nix; in
    (system.evalModules {
      pkgs = { };
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${folder}/out/nodes/n1/nixos/default.nix ];
    }).virtualisation.oci-containers.containers
  `) as Readonly<Record<string, Container>>;
}

interface Container {
  readonly image: string;
  readonly cmd: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly string[];
  readonly ports: readonly string[];
  readonly user: string | null;
  readonly volumes: readonly string[];
  readonly extraOptions: readonly string[];
}

/** The arguments behind `podman run`, in the order of nixpkgs' oci-containers.nix. */
function argumentsOf(container: Container): readonly string[] {
  return [
    ...Object.entries(container.environment).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
    ...container.environmentFiles.flatMap((path) => ["--env-file", path]),
    ...container.ports.flatMap((port) => ["-p", port]),
    ...(container.user === null ? [] : ["-u", container.user]),
    ...container.volumes.flatMap((volume) => ["-v", volume]),
    ...container.extraOptions,
    container.image,
    ...container.cmd,
  ];
}

/** podman with a store of its own, which needs neither a kernel's overlay nor a running systemd. */
function podman(...args: readonly string[]): string {
  const store = ["--root", join(folder, "store"), "--runroot", join(folder, "run"), "--tmpdir", join(folder, "tmp")];
  const plain = ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none"];
  return execFileSync("podman", [...store, ...plain, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

it("podman makes of a container what the topology says", { timeout: 60_000 }, () => {
  execFileSync("tar", ["-cf", join(folder, "empty.tar"), "-T", "/dev/null"]);
  podman("import", "--change", 'CMD ["/own"]', join(folder, "empty.tar"), image);
  const containers = rendered();
  for (const [name, container] of Object.entries(containers))
    podman("create", "--name", name, ...argumentsOf(container));
  const [everything, plain] = ["workload-everything", "workload-plain"].map(
    (name) => JSON.parse(podman("inspect", name))[0],
  );

  expect([everything.Path, ...everything.Args]).toEqual(["serve", hostile, "", "--flag", "-x"]);
  const second = 1_000_000_000;
  expect(everything.Config).toMatchObject({
    Env: expect.arrayContaining([`HOSTILE=${hostile}`, "EMPTY=", "FROM_FILE=a b"]),
    User: "nobody",
    StopTimeout: 33,
    Healthcheck: {
      Test: ["CMD", "/bin/true", hostile, ""],
      Interval: 7 * second,
      Timeout: 2 * second,
      Retries: 4,
      StartPeriod: 11 * second,
    },
    HealthcheckOnFailureAction: "kill",
  });
  expect(everything.HostConfig).toMatchObject({
    Memory: 1024 ** 3,
    NanoCpus: 0.5 * second,
    PidsLimit: 100,
    SecurityOpt: ["no-new-privileges"],
    PortBindings: {
      "5001/tcp": [{ HostIp: "", HostPort: "5000" }],
      "53/udp": [{ HostIp: "", HostPort: "53" }],
      "91/tcp": [{ HostIp: "", HostPort: "9100" }],
    },
  });
  expect(everything.EffectiveCaps).toEqual(["CAP_CHOWN"]);
  expect(everything.Mounts.map((mount: Mount) => [mount.Source, mount.Destination, mount.RW]).sort()).toEqual([
    [data, "/read", false],
    [data, "/var/lib/data", true],
    [secret, "/run/secrets/token", false],
  ]);

  expect(plain.Config.Cmd).toEqual(["/own"]);
  expect(plain.Config.Healthcheck.Test).toEqual(["CMD", "/bin/true"]);
  expect([plain.HostConfig.Memory, plain.HostConfig.SecurityOpt, plain.Mounts]).toEqual([0, ["no-new-privileges"], []]);
});

interface Mount {
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
}
