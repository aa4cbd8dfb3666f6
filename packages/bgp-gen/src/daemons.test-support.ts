import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "bgp-gen-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What BIRD says against a configuration: nothing, when it takes it. */
export function birdSays(text: string): string {
  const file = join(folder, "bird.conf");
  writeFileSync(file, text);
  const { status, stdout, stderr, error } = spawnSync("bird", ["-p", "-c", file], { encoding: "utf8" });
  if (error) throw error;
  return status === 0 ? stdout + stderr : `exit ${status}: ${stdout}${stderr}`;
}

/** What gobgpd says against a configuration: nothing, when it takes it. */
export function gobgpdSays(text: string): string {
  const file = join(folder, "gobgpd.yaml");
  writeFileSync(file, text);
  const { status, stdout, error } = spawnSync("gobgpd", ["-d", "-p", "-t", "yaml", "-f", file], { encoding: "utf8" });
  if (error) throw error;
  return status === 0 ? "" : `exit ${status}: ${stdout}`;
}
