// The installer that phones home: its NixOS modules, and the program that applies a machine's settings to it.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyReservedArea, printNodeSettings } from "@plasmacloud/deployer-client";
import { describe, expect, it } from "vitest";
import { nixEval, root, temporaryFolder } from "./support/cli.js";

const support = join(root, "tests/support");
const modules = join(root, "nix/modules");

/** A part of the configuration that a module comes to, with the options of NixOS. */
function ask(module: string, part: string, own = "{ }"): unknown {
  return nixEval(`
    let system = import ${support}/modules.nix; in
    (system.evalModules {
      pkgs = import ${support}/pkgs.nix system.lib;
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${modules}/${module}.nix ${own} ];
    }).${part}
  `);
}

interface Unit {
  readonly before: readonly string[];
  readonly script: string;
  readonly serviceConfig: Readonly<Record<string, unknown>>;
}

describe.each(["installer-iso", "installer-netboot"])("%s", (module) => {
  it("phones home with the settings of a seed, of iPXE or of the image, after they were applied", () => {
    const units = ask(module, "systemd.services") as Record<string, Unit>;
    const files = '"/run/nixnos-seed/nixnos.conf" "/run/nixnos-netboot/nixnos.conf" "/iso/nixnos.conf"';
    const apply = `/nix/store/bash/bin/bash /nix/store/installer-settings.sh /run ${files}`;
    expect(units["phone-home"]?.serviceConfig).toMatchObject({
      ExecStart: `/nix/store/bash/bin/bash /nix/store/phone-home.sh /var/lib/phone-home ${files}`,
      ExecStartPre: `-${apply}`,
    });
    expect(units["installer-settings"]).toMatchObject({
      before: ["systemd-networkd.service", "phone-home.service"],
      serviceConfig: { Type: "oneshot", ExecStart: apply },
    });
  });

  it("lets in by SSH whom the settings name, and nobody by a password", () => {
    expect(ask(module, "services.openssh")).toEqual({
      enable: true,
      authorizedKeysFiles: ["/run/nixnos/authorized_keys"],
      settings: { PasswordAuthentication: false },
    });
    expect(ask(module, "networking.useNetworkd")).toBe(true);
  });
});

it("the image has a reserved area as the command line looks for it", async () => {
  const [file] = ask("installer-iso", "isoImage.contents") as { source: string; target: string }[];
  expect(file).toEqual({ source: "/nix/store/nixnos.conf", target: "/nixnos.conf" });
  const area = nixEval(`import ${modules}/reserved-area.nix`) as string;
  expect(area).toBe(Buffer.from(await emptyReservedArea(65_536)).toString());
});

it("netboot keeps the settings that iPXE brought, in either kind of stage 1", () => {
  const folder = temporaryFolder();
  const keep = (script: string) => {
    const here = script.replaceAll("/run/", `${folder}/run/`).replaceAll("/nixnos.conf", `${folder}/nixnos.conf`);
    return spawnSync("sh", ["-euc", here.replaceAll(`netboot${folder}/`, "netboot/")], { encoding: "utf8" });
  };
  mkdirSync(join(folder, "run"));
  const script = String(ask("installer-netboot", "boot.initrd.postMountCommands"));
  expect(keep(script).status).toBe(0);
  writeFileSync(join(folder, "nixnos.conf"), "server https://x\n");
  expect(keep(script)).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(join(folder, "run/nixnos-netboot/nixnos.conf"), "utf8")).toBe("server https://x\n");
  expect(ask("installer-netboot", "boot.initrd.postMountCommands", "{ boot.initrd.systemd.enable = true; }")).toBe("");
  const unit = ask("installer-netboot", "boot.initrd.systemd.services.nixnos-netboot") as Unit;
  expect(script).toContain(unit.script);
});

describe("installer-settings.sh", () => {
  const authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const settings = {
    server: "https://deployer.example:7443",
    bootstrapKey: "nnb_x",
    hostname: "node01",
    authority,
    authorizedKeys: ["ssh-ed25519 AAAA+/=", "ssh-rsa BBBB"],
    network: {
      mac: "52:54:00:00:00:01",
      addresses: ["192.0.2.10/24", "2001:db8::10/64"],
      gateways: ["192.0.2.1"],
      nameservers: ["2001:db8::53"],
    },
  };

  /** Applies a file's text, twice as it happens on a machine, and gives what it wrote. */
  function applied(text: string) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "nixnos.conf"), text);
    const args = [
      join(modules, "installer-settings.sh"),
      join(folder, "run"),
      join(folder, "absent"),
      join(folder, "nixnos.conf"),
    ];
    for (const _ of [1, 2]) {
      const { status, stdout, stderr } = spawnSync("sh", args, { encoding: "utf8" });
      expect([status, stdout, stderr]).toEqual([0, "", ""]);
    }
    return (path: string) => readFileSync(join(folder, "run", path), "utf8");
  }

  it("lets the deployer in, and sets the addresses of the port", () => {
    const read = applied(printNodeSettings(settings));
    expect(read("nixnos/authorized_keys")).toBe("ssh-ed25519 AAAA+/=\nssh-rsa BBBB\n");
    expect(read("systemd/network/05-nixnos.network")).toBe(`[Match]
PermanentMACAddress=52:54:00:00:00:01

[Network]
Address=192.0.2.10/24
Address=2001:db8::10/64
Gateway=192.0.2.1
DNS=2001:db8::53
`);
    const any = applied(printNodeSettings({ ...settings, network: { ...settings.network, mac: null } }));
    expect(any("systemd/network/05-nixnos.network")).toMatch(/^\[Match\]\nType=ether\nKind=!\*\n\n/);
  });

  it("leaves the network to itself where there are no addresses, and takes nothing that is not of its form", () => {
    const read = applied(printNodeSettings({ ...settings, network: null }));
    expect(read("nixnos/authorized_keys")).toMatch(/^ssh-ed25519/);
    expect(() => read("systemd/network/05-nixnos.network")).toThrow("ENOENT");
    const sly = applied(`server https://x\naddress 192.0.2.10/24\naddress $(reboot)\ngateway 1;2\n`);
    expect(sly("systemd/network/05-nixnos.network")).toMatch(/\[Network\]\nAddress=192.0.2.10\/24\n$/);
    expect(sly("nixnos/authorized_keys")).toBe("");
  });

  it("says that there are no settings, and waits for them", () => {
    const folder = temporaryFolder();
    const args = [join(modules, "installer-settings.sh"), join(folder, "run"), join(folder, "absent")];
    expect(spawnSync("sh", args, { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: `installer settings: there are none yet: ${join(folder, "absent")}\n`,
    });
  });
});
