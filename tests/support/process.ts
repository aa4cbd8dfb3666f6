import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

/** The environment with the folders of daemons, which a plain user's PATH often lacks. */
export const withDaemons = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Starts a daemon that ends with the test, which shows what the daemon said when it fails. */
export function daemon(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: withDaemons });
  let said = "";
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  child.on("error", ({ message }) => {
    said = message;
  });
  onTestFinished(({ task }) => {
    child.kill("SIGKILL");
    if (task.result?.state === "fail") console.error(`${program}:\n${said}`);
  });
}
