// A neighbour outside as no daemon would be one: it takes the place of the BIRD that plays it in a lab.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestContext } from "vitest";
import type { RawRoute } from "../../packages/bgp-gen/src/raw-bgp.test-support.js";
import { root } from "../support/cli.js";
import { birdSocketOf, type LabFile } from "./lab.js";

/** What calls in a played neighbour's stead. */
export interface Rogue {
  /** Sends routes of any kind. */
  tell(routes: readonly RawRoute[]): void;
  /** Whether the other end has closed the session. */
  isCutOff(): boolean;
}

/** Ends the played neighbour's session and calls in its stead; the session stays as long as the test, or the node lets it. */
export async function rogue(
  { onTestFinished }: TestContext,
  lab: LabFile,
  host: string,
  from: { readonly address: string; readonly as: number },
  to: string,
): Promise<Rogue> {
  await lab.exec(host, "birdc", "-s", birdSocketOf(lab, host), "disable", "lab_session");
  const raw = join(root, "packages/bgp-gen/src/raw-bgp.test-support.ts");
  const script = `
    import { createInterface } from "node:readline";
    import { callAsNeighbour } from ${JSON.stringify(raw)};
    const [from, to] = JSON.parse(process.argv[1]);
    // GoBGP listens to nobody for half a minute after a session has ended.
    const call = (tries) => callAsNeighbour(from, to, []).catch((error) => {
      if (tries === 0) throw error;
      return new Promise((resolve) => setTimeout(resolve, 500)).then(() => call(tries - 1));
    });
    const { socket, tell } = await call(100);
    socket.on("close", () => process.exit(9));
    console.log("up");
    createInterface({ input: process.stdin }).on("line", (line) => tell(JSON.parse(line)));
  `;
  const data = JSON.stringify([
    { ...from, nextHop: from.address },
    { address: to, port: 179 },
  ]);
  const inside = ["netns", "exec", `nnlab-${lab.name}.${host}`];
  const node = [process.execPath, "--input-type=module", "--eval", script, data];
  const child = spawn("ip", [...inside, ...node], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [said] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (String(said).trim() !== "up") throw new Error(`${host} got no session`);
  return {
    tell: (routes) => void child.stdin.write(`${JSON.stringify(routes)}\n`),
    isCutOff: () => child.exitCode === 9,
  };
}
