// The shipped NixOS modules of the services: what they declare, refuse, and make of a node's options.
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { catalogue, certificateFiles, planCertificates } from "@plasmacloud/cluster";
import { describe, expect, it } from "vitest";
import { nixEval, root, temporaryFolder } from "./support/cli.js";

const support = join(root, "tests/support");
const modules = join(root, "nix/modules");

interface Unit {
  readonly wants: readonly string[];
  readonly after: readonly string[];
  readonly wantedBy: readonly string[];
  readonly serviceConfig: Readonly<Record<string, unknown>>;
}

interface Firewall {
  readonly allowedTCPPorts: readonly number[];
  readonly allowedUDPPorts: readonly number[];
}

/** A part of the configuration that some modules come to, with the options of NixOS. */
function ask(part: string, ...own: readonly string[]): unknown {
  return nixEval(`
    let system = import ${support}/modules.nix; in
    (system.evalModules {
      pkgs = import ${support}/pkgs.nix system.lib;
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${own.join(" ")} ];
    }).${part}
  `);
}

/** A node that runs one service. */
function loadedNetwork() {
  const nodes = { n1: { role: "worker", ip: "10.0.0.1", services: ["iam"] } };
  const text = JSON.stringify({ "nix-nos": { clusters: { lab: { nodes } } } });
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "t.json", format: "json", text })).document));
}

const all = `${modules}/plasmacloud.nix`;
const names = [...catalogue.keys()];

it("every service of the catalogue has a module", () => {
  expect(names).toHaveLength(10);
  const files = readdirSync(modules);
  for (const name of names) expect(files).toContain(`${name}.nix`);
});

describe.each([...catalogue.values()])("$title", (service) => {
  const { name, ports, dependsOn, health } = service;
  const one = `${modules}/${name}.nix`;
  const enabled = `{ services.${name}.enable = true; }`;

  it("alone is a module that does nothing until it is enabled", () => {
    expect(ask("systemd.services", one)).toEqual({});
    expect(ask(`services.${name}.ports`, one)).toEqual(
      Object.fromEntries(Object.entries(ports).map(([port, { number }]) => [port, number])),
    );
  });

  it("enabled is a unit that starts after what it depends on here, and keeps to itself", () => {
    const unit = ask(`systemd.services.${name}`, one, enabled) as Unit;
    expect(unit.wantedBy).toEqual(["multi-user.target"]);
    expect(unit.after).toEqual(["network-online.target"]);
    expect(unit.serviceConfig.ExecStart).toMatch(`/nix/store/${name}/bin/${name} --config /nix/store/${name}.json`);
    if (!service.privileges.machine) {
      expect(unit.serviceConfig).toMatchObject({ DynamicUser: true, ProtectSystem: "strict", NoNewPrivileges: true });
    }
    const others = `{ ${dependsOn.map((each) => `services.${each}.enable = true;`).join(" ")} }`;
    const among = ask(`systemd.services.${name}`, one, enabled, others) as Unit;
    const order = ["network-online.target", ...dependsOn.map((each) => `${each}.service`)];
    expect([among.after, among.wants]).toEqual([order, order]);
  });

  it("opens its ports and no others, when asked", () => {
    const open = `{ services.${name}.openFirewall = true; }`;
    const numbers = (protocol: "tcp" | "udp") =>
      Object.values(ports)
        .filter(({ protocols }) => protocols.includes(protocol))
        .map(({ number }) => number);
    expect(ask("networking.firewall", one, enabled, open)).toMatchObject({
      allowedTCPPorts: numbers("tcp"),
      allowedUDPPorts: numbers("udp"),
    } satisfies Firewall);
    for (const own of [[enabled], [open]]) {
      expect(ask("networking.firewall", one, ...own)).toMatchObject({ allowedTCPPorts: [], allowedUDPPorts: [] });
    }
  });

  it("answers where its health is asked, on a port of its own choice", () => {
    const moved = `{ services.${name}.ports.${health.port} = 12345; }`;
    expect(ask(`services.${name}.healthUrl`, one, moved)).toBe(`http://localhost:12345${health.path}`);
  });

  it("refuses an unknown option and a wrong type", () => {
    expect(() => ask("services", one, `{ services.${name}.colour = "red"; }`)).toThrow(
      `services.${name}.colour' does not exist`,
    );
    expect(() => ask("services", one, `{ services.${name}.enable = "yes"; }`)).toThrow(
      `services.${name}.enable' is not of type boolean`,
    );
    expect(() => ask("services", one, `{ services.${name}.ports.${health.port} = 70000; }`)).toThrow("is not of type");
    expect(() => ask("services", one, `{ services.${name}.ports.other = 1; }`)).toThrow("ports.other' does not exist");
  });
});

describe("settings", () => {
  const config = (own: string) => {
    const unit = ask("systemd.services.chainfire", all, `{ services.chainfire = { enable = true; ${own} }; }`) as Unit;
    const [, text = ""] = /chainfire\.json (.*)$/.exec(String(unit.serviceConfig.ExecStart)) ?? [];
    return JSON.parse(text) as object;
  };
  const ports = { client: 2379, peer: 2380 };

  it("that are known have a type, and are left out while nobody says them", () => {
    expect(config("")).toEqual({ ports });
    expect(config("settings.heartbeatMs = 150;")).toEqual({ ports, heartbeatMs: 150 });
    expect(() => config('settings.heartbeatMs = "150";')).toThrow(
      "services.chainfire.settings.heartbeatMs' is not of type",
    );
    expect(() => config("settings.heartbeatMs = 0;")).toThrow("settings.heartbeatMs' is not of type");
  });

  it("that are not known are passed on as they are", () => {
    expect(config('settings.log = { level = "debug"; targets = [ "a" 1 ]; };')).toEqual({
      ports,
      log: { level: "debug", targets: ["a", 1] },
    });
  });
});

describe("mutual TLS", () => {
  const tls = (own = "") => `{ services.iam = { enable = true; tls = { enable = true; ${own} }; }; }`;
  const installed = unwrap(planCertificates(loadedNetwork())).certificates[1]?.installedIn;

  it("has the unit read copies of the files that `nix-nos certs` says, and the service told where they are", () => {
    const unit = ask("systemd.services.iam", all, tls()) as Unit;
    const { authorities, certificate, key } = certificateFiles;
    expect(unit.serviceConfig.LoadCredential).toEqual(
      [authorities, certificate, key].map((file) => `${file}:${installed}/${file}`),
    );
    const [, text = ""] = /iam\.json (.*)$/.exec(String(unit.serviceConfig.ExecStart)) ?? [];
    const copies = "/run/credentials/iam.service";
    expect(JSON.parse(text)).toMatchObject({
      tls: { certFile: `${copies}/tls.crt`, keyFile: `${copies}/tls.key`, caFile: `${copies}/ca.crt` },
    });
    expect(ask("services.iam.healthUrl", all, tls())).toBe("https://localhost:50080/health");
  });

  it("starts the service again when its key or its authorities are other ones", () => {
    const own = 'keyFile = "/run/secrets/iam.key";';
    expect(ask("systemd.paths", all, tls(own))).toMatchObject({
      "iam-certificate": {
        wantedBy: ["multi-user.target"],
        pathConfig: { PathChanged: ["/run/secrets/iam.key", `${installed}/ca.crt`] },
      },
    });
    const units = ask("systemd.services", all, tls()) as Record<string, Unit>;
    expect(units["iam-certificate"]?.serviceConfig).toMatchObject({
      Type: "oneshot",
      ExecStart: "/nix/store/systemd/bin/systemctl try-restart iam.service",
    });
    expect(ask("systemd.paths", all, "{ services.iam.enable = true; }")).toEqual({});
  });

  it.each([
    ["a Nix path", "keyFile = /etc/nixos/secrets/tls/iam/tls.key;"],
    ["a relative path", 'keyFile = "tls.key";'],
    ["a specifier of systemd", 'keyFile = "/run/%h";'],
    ["two files", 'keyFile = "/run/a:/run/b";'],
    ["the key itself", 'keyFile = "-----BEGIN PRIVATE KEY-----\nMIG\n";'],
  ])("names files by plain text: not by %s", (_what, own) => {
    expect(() => ask("systemd.services.iam", all, tls(own))).toThrow("services.iam.tls.keyFile' is not of type");
  });
});

it("the same modules from two folders are one", () => {
  expect(ask("services.iam.enable", all, `(import ${all})`, `(import ${modules}/iam.nix)`)).toBe(false);
});

describe("first boot", () => {
  const enable = (...services: readonly string[]) =>
    `{ ${["first-boot-automation", ...services].map((name) => `services.${name}.enable = true;`).join(" ")} }`;

  it("starts what is enabled, in the order of the catalogue, and nothing starts before it", () => {
    const units = ask("systemd.services", all, enable(...names)) as Record<
      string,
      Unit & { readonly unitConfig: Readonly<Record<string, string>> }
    >;
    const state = "/var/lib/first-boot-automation";
    const first = units["first-boot-automation"];
    const started = [...String(first?.serviceConfig.ExecStart).matchAll(/ "([a-z0-9]+)\.service=http:/g)];
    expect(started.map(([, name]) => name)).toEqual(names.filter((name) => name !== "chainfire"));
    expect(first?.unitConfig).toEqual({ ConditionPathExists: `!${state}/done` });
    for (const name of names) {
      const condition = name === "chainfire" ? "chainfire.env" : "formed";
      expect(units[name]?.unitConfig).toEqual({ ConditionPathExists: `${state}/${condition}` });
    }
    expect(units["chainfire"]?.serviceConfig).toMatchObject({ EnvironmentFile: `${state}/chainfire.env` });
  });

  it("asks by the node's certificate, and first looks for everybody's", () => {
    const own = "{ services.first-boot-automation.tls.enable = true; services.chainfire.tls.enable = true; }";
    const { "first-boot-automation": first } = ask("systemd.services", all, enable("chainfire", "iam"), own) as Record<
      string,
      Unit & { readonly environment: Readonly<Record<string, string>> }
    >;
    const folder = "/etc/nixos/secrets/tls";
    const files = (holder: string) => ["tls.crt", "tls.key", "ca.crt"].map((file) => `${folder}/${holder}/${file}`);
    expect(first?.environment).toEqual({
      FIRST_BOOT_TRIES: "60",
      FIRST_BOOT_PAUSE: "2",
      FIRST_BOOT_CERT: `${folder}/node/tls.crt`,
      FIRST_BOOT_KEY: `${folder}/node/tls.key`,
      FIRST_BOOT_CA: `${folder}/node/ca.crt`,
      FIRST_BOOT_NEEDS: [...files("node"), ...files("chainfire")].join(":"),
      CHAINFIRE_TLS: "/run/credentials/chainfire.service",
    });
  });

  it("lets ChainFire start as it was formed, and with its data alone", () => {
    const data = temporaryFolder();
    const start = (tls: boolean, env: Readonly<Record<string, string>>) => {
      const own = `{ services.first-boot-automation.tls.enable = ${tls}; }`;
      const units = ask("systemd.services", all, enable("chainfire"), own) as Record<string, Unit>;
      const [, script = ""] =
        /chainfire-may-start ([\s\S]*)/.exec(String(units["chainfire"]?.serviceConfig.ExecStartPre)) ?? [];
      const args = ["-c", script.replaceAll("/nix/store/coreutils/bin/", "")];
      const { status, stderr } = spawnSync("sh", args, {
        env: { PATH: process.env.PATH, ETCD_DATA_DIR: data, ...env },
        encoding: "utf8",
      });
      return [status, stderr.trim()];
    };
    const formed = { CHAINFIRE_FORMED: "true" };
    const tls = { ETCD_CLIENT_CERT_AUTH: "true" };
    expect(start(true, tls)).toEqual([0, ""]);
    expect(start(false, {})).toEqual([0, ""]);
    expect(start(true, {})).toEqual([1, expect.stringContaining("formed without TLS")]);
    expect(start(false, tls)).toEqual([1, expect.stringContaining("formed with TLS")]);
    expect(start(true, { ...tls, ...formed })).toEqual([1, expect.stringMatching(/data in .* is gone/)]);
    writeFileSync(join(data, "wal"), "");
    expect(start(true, { ...tls, ...formed })).toEqual([0, ""]);
  });

  it("gives each file and address on as one argument, whatever is in it", () => {
    const own = '{ services.first-boot-automation.configFiles = [ "/a b/%h $X.json" ]; }';
    const iam = '{ services.iam.healthUrl = "http://localhost/a b?%41&$X"; }';
    const units = ask("systemd.services", all, enable("iam"), own, iam) as Record<string, Unit>;
    const command = String(units["first-boot-automation"]?.serviceConfig.ExecStart);
    expect(command).toContain(' /var/lib/chainfire "/a b/%%h $$X.json" -- "iam.service=http://localhost/a b?%%41&$$X"');
  });

  it("on a node without services only waits for the cluster, and is off until it is enabled", () => {
    expect(Object.keys(ask("systemd.services", all, enable()) as object)).toEqual(["first-boot-automation"]);
    expect(ask("systemd.services", all)).toEqual({});
    expect(() => ask("systemd.services", all, enable(), "{ services.first-boot-automation.tries = 0; }")).toThrow(
      "tries' is not of type",
    );
  });
});

describe("FiberLB's BGP", () => {
  const bgp = (own: string, part: string) =>
    ask(part, all, `{ services.fiberlb = { enable = true; bgp = { enable = true; ${own} }; }; }`);

  it("is told of its addresses and of GoBGP in its settings", () => {
    const vips = '[ { address = "192.0.2.10"; healthCheck.port = 443; } { address = "2001:db8::1"; } ]';
    const check = { port: 443, path: null, intervalSeconds: 5, timeoutSeconds: 2, failures: 3 };
    expect(bgp(`vips = ${vips};`, "services.fiberlb.settings.bgp")).toEqual({
      gobgpAddress: "127.0.0.1:50051",
      vips: [
        { address: "192.0.2.10", healthCheck: check },
        { address: "2001:db8::1", healthCheck: null },
      ],
    });
    expect(() =>
      bgp('vips = [ { address = "192.0.2.10"; healthCheck.prot = 443; } ];', "services.fiberlb.settings"),
    ).toThrow("prot' does not exist");
  });

  it("has GoBGP read a file in place of its settings", () => {
    const file = 'configFile = "/etc/gobgpd.yaml";';
    const { gobgpd } = bgp(file, "systemd.services") as Record<string, Unit>;
    expect(gobgpd?.serviceConfig.ExecStart).toMatch(/gobgpd --sdnotify -t yaml -f \/etc\/gobgpd\.yaml$/);
    expect(bgp(file, "services.gobgpd.enable")).toBe(true);
    expect(bgp("", "services.gobgpd.enable")).toBe(false);
  });
});

describe("phoning home", () => {
  const phoneHome = (own = "") =>
    ask("systemd.services", all, `{ services.phone-home = { enable = true; ${own} }; }`) as Record<
      string,
      Unit & { readonly environment: Readonly<Record<string, string>> }
    >;

  it("goes on for ever, with its key where nobody else reads", () => {
    const { "phone-home": unit } = phoneHome('settingsFiles = [ "/a b/%h" ];');
    expect(unit?.environment).toEqual({});
    expect(unit?.serviceConfig).toMatchObject({ Restart: "always", StateDirectoryMode: "0700" });
    expect(unit?.serviceConfig.ExecStart).toMatch(/phone-home\.sh \/var\/lib\/phone-home "\/a b\/%%h"$/);
  });

  it("installs where it is told how", () => {
    expect(phoneHome('install = "/opt/install";')["phone-home"]?.environment).toEqual({
      PHONE_HOME_INSTALL: "/opt/install",
    });
  });
});
