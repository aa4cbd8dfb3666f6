// Workloads under the systemd of a machine: how a program runs, by what it leaves behind, and who looks after it.
import { expect } from "vitest";
import { eventually } from "../support/netns.js";
import type { Machine } from "./machine.js";

/** What `beat` finds in its environment and in its secret, which a unit file must not read anything into. */
export const beat = { greeting: `100% of $HOME \\n "here" 'there' ;`, token: "s3cret $TOKEN\n" };

/** The file by which its health check finds it ill. */
const illness = "/srv/ill";

/** A program starts with what it was given and is kept from the rest; the check that fails has it started again. */
export async function expectLookedAfter(machine: Machine, patience: number): Promise<void> {
  const service = "workload-beat.service";
  const check = "health-workload-beat";
  await machine.exec(`mkdir -p /srv && touch ${illness}`);
  await machine.exec(`systemctl enable ${service} ${check}.timer && systemctl start ${service}`);
  const pidOf = () => machine.exec(`systemctl show --property MainPID --value ${service}`);
  const first = await pidOf();

  const state = "/var/lib/private/workload-beat";
  await eventually(
    "beat's last word",
    patience,
    () => machine.exec(`cat ${state}/last`),
    (seen) => seen === "refused\n",
  );
  expect(await machine.exec(`cat ${state}/greeting`)).toBe(beat.greeting);
  expect(await machine.exec(`cat ${state}/token`)).toBe(beat.token);
  const kept = await machine.exec(`grep -E '^(Uid|CapBnd|NoNewPrivs|Seccomp):' /proc/${first.trim()}/status`);
  const { Uid = "", ...others } = Object.fromEntries(kept.split("\n").map((line) => line.split(/:\s+/)));
  expect(Number(Uid.split("\t")[0])).toBeGreaterThan(60_000);
  expect(others).toMatchObject({ CapBnd: "0000000000000000", NoNewPrivs: "1", Seccomp: "2" });

  const isAnother = (seen: string) => seen !== first && seen !== "0\n";
  await eventually("beat, started again", patience, pidOf, isAnother);
  await machine.exec(`rm ${illness}`);
  const checked = () => machine.exec(`systemctl show --property ActiveState,ExecMainPID,Result ${check}.service`);
  const isWell = (seen: string) => /ActiveState=inactive/.test(seen) && /Result=success/.test(seen);
  await eventually("a check that finds beat well", patience, checked, isWell);
  expect(await machine.exec(`systemctl is-active ${service}`)).toBe("active\n");
}

/** A program is run by the clock. */
export async function expectScheduled(machine: Machine, patience: number): Promise<void> {
  await machine.exec("systemctl enable --now workload-sweep.timer");
  const ran = () => machine.exec("cat /var/lib/private/workload-sweep/ran");
  await eventually("sweep, by its timer", patience, ran, (seen) => seen === "swept\n");
  await machine.exec("systemctl stop workload-sweep.timer");
  expect(await machine.exec("systemctl show --property Result --value workload-sweep.service")).toBe("success\n");
}
