// Workloads in both their forms: the files through the real systemd, the modules through real Nix, and both alike.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nixEval, nixNos, root } from "./support/cli.js";

const support = join(root, "tests/support");
const hostile = `'' \${a} $HOME $(reboot) %n %% "quoted" \\ \\n ; | 'single' # é \u{1F98A}`;

const everything = {
  web: {
    description: `All of 100% \${it} "here" \\`,
    command: ["/bin/true", "--flag", hostile, "", ";", "a b"],
    nodes: ["n1"],
    ports: ["8080", { name: "metrics", port: 9100, zones: ["lan"] }],
    environment: { PLAIN: "x", HOSTILE: hostile, EMPTY: "" },
    environmentFiles: ["/run/secrets/web.env"],
    secrets: { token: "/run/secrets/web/token" },
    healthCheck: { http: { port: 8080, path: "/a?b=%20$c'd;e" } },
    restart: "on-failure",
    resources: { memory: "512M", cpu: 1.5, tasks: 64 },
    volumes: ["/srv:/data:ro", "/var/log", "/home/web:ro"],
    after: ["sweep"],
    requires: ["db"],
    capabilities: ["CAP_NET_BIND_SERVICE"],
  },
  db: { command: ["/bin/true"], nodes: ["n1"], user: "root", healthCheck: { tcp: 5432 }, stopTimeout: 300 },
  sweep: {
    command: ["/bin/true"],
    nodes: ["n1"],
    schedule: { calendar: "Mon..Fri *-*-* 03:00", persistent: false, randomDelay: 900 },
    volumes: ["/var/tmp"],
    hardening: { memoryDenyWriteExecute: false },
  },
  probed: { command: ["/bin/true"], nodes: ["n1"], healthCheck: { exec: ["/bin/true", hostile] } },
  registry: {
    image: "docker.io/library/registry:2.8.3",
    command: ["serve", hostile],
    nodes: ["n1"],
    ports: ["5000:5001", "53/udp"],
    environment: { HOSTILE: hostile },
    secrets: { token: "/run/secrets/registry" },
    healthCheck: { exec: ["/bin/true", hostile] },
    volumes: ["/srv/registry:/var/lib/registry"],
    resources: { memory: "1G", cpu: 2, tasks: 100 },
    capabilities: ["CAP_CHOWN"],
    requires: ["db"],
    user: "nobody",
  },
  nightly: { image: "x:1", nodes: ["n1"], schedule: "daily", restart: "never" },
};

const folder = mkdtempSync(join(tmpdir(), "nix-nos-workloads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function render(): string {
  const clusters = { lab: { nodes: { n1: { role: "worker", ip: "10.0.0.1" } }, workloads: everything } };
  writeFileSync(join(folder, "t.json"), JSON.stringify({ "nix-nos": { clusters } }));
  const { status, stderr } = nixNos(["render", join(folder, "t.json"), "--out", join(folder, "out")]);
  expect([status, stderr.match(/(error|warning)\[(?!NN4001).*/)]).toEqual([0, null]);
  return join(folder, "out/nodes/n1");
}

const node = render();
const files = readdirSync(join(node, "systemd"));
const module = nixEval(`
  let system = import ${support}/modules.nix; in
  system.evalModules {
    pkgs = { bash = "bash"; curl = "curl"; };
    modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${node}/nixos/default.nix ];
  }
`) as Evaluated;

type Section = Readonly<Record<string, unknown>>;
interface Evaluated {
  readonly systemd: Readonly<
    Record<"services" | "timers", Readonly<Record<string, Readonly<Record<string, Section>>>>>
  >;
  readonly virtualisation: { readonly "oci-containers": { readonly containers: Readonly<Record<string, Section>> } };
}

describe("unit files", () => {
  it("are there for each program, its timer and its health", () => {
    expect(files.sort()).toEqual(
      [
        ...["workload-web.service", "workload-db.service", "workload-sweep.service", "workload-sweep.timer"],
        ...["web", "db", "probed"].flatMap((name) => [
          `health-workload-${name}.service`,
          `health-workload-${name}.timer`,
          `restart-workload-${name}.service`,
        ]),
        "workload-probed.service",
      ].sort(),
    );
  });

  it("are taken by the real systemd without a word", () => {
    const paths = files.map((name) => join(node, "systemd", name));
    const { status, stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", "--recursive-errors=no", ...paths],
      {
        encoding: "utf8",
      },
    );
    const ours = `${stdout}${stderr}`.split("\n").filter((line) => /workload|Unknown|ignoring|Failed/i.test(line));
    expect([status, ours]).toEqual([0, []]);
  });

  it.each([
    ["workload-web.service", 2.5],
    ["workload-probed.service", 2],
    ["health-workload-web.service", 2],
  ])("%s is exposed little", (name, most) => {
    const args = ["security", "--offline=true", "--no-pager", join(node, "systemd", name)];
    const said = execFileSync("systemd-analyze", args, { encoding: "utf8" });
    const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
    expect(exposure).toBeLessThanOrEqual(most);
  });
});

/** A file's lines by section and key. */
function parse(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  let section = "";
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (/^\[.*\]$/.test(line)) section = line.slice(1, -1);
    else {
      const at = line.indexOf("=");
      const key = `${section}.${line.slice(0, at)}`;
      values.set(key, [...(values.get(key) ?? []), line.slice(at + 1)]);
    }
  }
  return values;
}

it.each(files)("%s says what the NixOS module says", (name) => {
  const [base = "", type = ""] = name.split(".");
  const unit = module.systemd[`${type}s` as "services" | "timers"][base] ?? {};
  const own: Record<string, string> = {
    after: "After",
    requires: "Requires",
    wants: "Wants",
    partOf: "PartOf",
    onFailure: "OnFailure",
  };
  const said = new Map<string, string[]>();
  const list = (value: unknown) =>
    (Array.isArray(value) ? value : [value]).map((each) =>
      each === true ? "yes" : each === false ? "no" : String(each),
    );
  for (const [option, key] of Object.entries(own))
    if (list(unit[option]).length > 0) said.set(`Unit.${key}`, list(unit[option]));
  if (list(unit["wantedBy"]).length > 0) said.set("Install.WantedBy", list(unit["wantedBy"]));
  said.set("Unit.Description", list(unit["description"]));
  for (const section of ["Unit", "Service", "Timer"]) {
    for (const [key, value] of Object.entries(unit[`${section.toLowerCase()}Config`] ?? {}))
      said.set(`${section}.${key}`, list(value));
  }
  expect(new Map([...said].sort())).toEqual(
    new Map([...parse(readFileSync(join(node, "systemd", name), "utf8"))].sort()),
  );
});

describe("containers", () => {
  const { containers } = module.virtualisation["oci-containers"];

  it("have what the topology says, every text unchanged", () => {
    expect(containers["workload-registry"]).toMatchObject({
      image: "docker.io/library/registry:2.8.3",
      cmd: ["serve", hostile],
      environment: { HOSTILE: hostile },
      ports: ["5000:5001/tcp", "53:53/udp"],
      user: "nobody",
      volumes: ["/srv/registry:/var/lib/registry", "/run/secrets/registry:/run/secrets/token:ro"],
      autoStart: true,
    });
    expect(containers["workload-registry"]?.["extraOptions"]).toEqual(
      expect.arrayContaining(["--memory=1073741824b", "--cpus=2", "--cap-drop=all", "--cap-add=CAP_CHOWN"]),
    );
    expect(module.systemd.services["workload-registry"]).toMatchObject({
      requires: ["workload-db.service"],
      serviceConfig: { Restart: "always" },
    });
  });

  it("run by a timer where they have a schedule", () => {
    expect(containers["workload-nightly"]).toMatchObject({ autoStart: false });
    expect(module.systemd.services["workload-nightly"]?.["serviceConfig"]).toMatchObject({ Restart: "no" });
    expect(module.systemd.timers["workload-nightly"]?.["timerConfig"]).toMatchObject({ OnCalendar: "daily" });
  });
});
