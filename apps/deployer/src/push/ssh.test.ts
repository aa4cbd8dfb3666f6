import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startSshd, temporaryFolder } from "../deployer.test-support.js";
import { filled } from "./commands.js";
import { lastLineOf, redacted } from "./redact.js";
import { run } from "./run.js";
import { openSsh, withSsh } from "./ssh.js";
import { sshConfig } from "./ssh-config.js";

const options = { limit: 20_000, signal: new AbortController().signal };

describe("over a real sshd", () => {
  it("brings every word to the node as it is", async () => {
    const { hostKey, ssh } = await startSshd();
    const target = { hostname: "node01", address: "127.0.0.1", ssh_host_keys: [hostKey] };
    await withSsh(openSsh(ssh), target, async (session) => {
      const hostile = fc.array(
        fc.string({ unit: "binary", maxLength: 20 }).map((word) => word.replaceAll("\0", "")),
        {
          maxLength: 6,
        },
      );
      await fc.assert(
        fc.asyncProperty(hostile, async (words) => {
          const answer = await session.run(["printf", "%s\\0", ...words], options);
          const expected = words.length === 0 ? "\0" : words.map((word) => `${word}\0`).join("");
          expect(answer).toMatchObject({ outcome: "ended", status: 0, stdout: expected });
        }),
        { numRuns: 10, examples: [[["'; reboot; '", "$(reboot)", "a\nb", "`reboot`", "-n", "", "!!", "\\", "é"]]] },
      );
    });
  });

  it("trusts the pinned key and no other, and nobody's configuration", async () => {
    const { hostKey, ssh } = await startSshd();
    const another = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAnFYzGWEMsZJm2mPyXo0yQ1yq1dJ3bXo3KpXWJ5e0aB";
    const target = { hostname: "node01", address: "127.0.0.1", ssh_host_keys: [another] };
    const marker = `${temporaryFolder()}/marker`;
    const ask = (keys: readonly string[], port = ssh.port) =>
      withSsh(openSsh({ ...ssh, port }), { ...target, ssh_host_keys: [...keys] }, (session) =>
        session.run(["sh", "-c", `echo was here >>${marker}; exit 7`], options),
      );
    expect(await ask([another])).toMatchObject({ outcome: "another-key" });
    expect(await ask([])).toMatchObject({ outcome: "another-key" });
    expect(() => rmSync(marker)).toThrow("ENOENT");
    expect(await ask([another, hostKey])).toMatchObject({ outcome: "ended", status: 7 });
    expect(await ask([hostKey], 1)).toMatchObject({ outcome: "unreachable", reason: expect.stringMatching(/refused/) });
  });

  it("ends what takes too long, and what is not wanted any more", async () => {
    const { hostKey, ssh } = await startSshd();
    const target = { hostname: "node01", address: "127.0.0.1", ssh_host_keys: [hostKey] };
    await withSsh(openSsh(ssh), target, async (session) => {
      const late = await session.run(["sleep", "60"], { ...options, limit: 700 });
      expect(late).toEqual({ outcome: "unreachable", reason: "took longer than 1 s" });
      const stopped = await session.run(["sleep", "60"], { ...options, signal: AbortSignal.timeout(300) });
      expect(stopped).toEqual({ outcome: "unreachable", reason: "was stopped with the deployer" });
    });
  });
});

it("writes ssh_config so that a file's name is a file's name", () => {
  const host = {
    ...{ hostname: "node01", address: "fe80::1%eth0", user: "root", port: 22 },
    ...{ identityFile: '/a "b"/%h', knownHostsFile: "/k", controlPath: "/s" },
  };
  expect(sshConfig(host)).toContain('IdentityFile "/a \\"b\\"/%%h"\n');
  expect(sshConfig(host)).toContain('HostName "fe80::1%%eth0"\n');
  expect(() => sshConfig({ ...host, user: "root\nProxyCommand reboot" })).toThrow(RangeError);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what ssh would expand.
  expect(() => sshConfig({ ...host, identityFile: "/${HOME}/id" })).toThrow(RangeError);
});

it("has what a command started die with it", async () => {
  const file = `${temporaryFolder()}/alive`;
  const child = `while :; do date >${file}; sleep 0.05; done`;
  expect(await run(["sh", "-c", `(${child}) & sleep 0.3; echo out; exit 3`], options)).toMatchObject({
    status: 3,
    cut: null,
    stdout: "out\n",
  });
  await sleep(200);
  writeFileSync(file, "");
  await sleep(300);
  expect(await run(["cat", file], options)).toMatchObject({ stdout: "" });
  expect(await run(["/no/such/program"], options)).toMatchObject({ status: 127 });
});

it("fills in what a command names, and lets nothing become an option", () => {
  const values = { node: "node01", generation: "$(reboot) {system}", system: "/nix/store/x" };
  expect(filled(["build", "{generation}#{node}", "{address}"], values)).toEqual([
    "build",
    "$(reboot) {system}#node01",
    "{address}",
  ]);
  expect(() => filled(["build", "{generation}"], { generation: "--option" })).toThrow(RangeError);
});

it("keeps secrets and control characters out of what it remembers of an output", () => {
  expect(redacted("fetch https://me:hunter2@git.example/x?token=abc Authorization: Bearer nno_abcdef")).toBe(
    "fetch https://me:(secret)@git.example/x?token=(secret) Authorization: (secret)",
  );
  expect(lastLineOf("one\n\u001b[31mtwo\r\n\n")).toBe("[31mtwo");
});
