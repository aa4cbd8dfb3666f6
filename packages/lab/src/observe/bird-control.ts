import { createConnection } from "node:net";
import { LabError } from "../lab-error.js";

/**
 * Asks a BIRD by its control socket, and gives the answer's lines without their codes. The protocol is that of birdc:
 * lines begin with four digits and `-`, or with a space where the digits are the same; the last one has a space after
 * its digits. 8xxx and 9xxx are refusals.
 */
export function askBird(socketPath: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    let received = "";
    let greeted = false;
    const fail = (message: string) => {
      socket.destroy();
      reject(new LabError(message));
    };
    socket.setEncoding("utf8");
    socket.setTimeout(10_000, () => fail(`BIRD did not answer \`${command}\` within 10 s.`));
    socket.on("error", (error) => fail(`BIRD cannot be reached at ${socketPath}: ${error.message}.`));
    socket.on("close", () => reject(new LabError(`BIRD at ${socketPath} hung up.`)));
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (!greeted) {
        const end = received.indexOf("\n");
        if (end < 0) return;
        greeted = true;
        received = received.slice(end + 1);
        socket.write(`${command}\n`);
      }
      if (!/(^|\n)\d{4} [^\n]*\n$/.test(received)) return;
      const lines = received.trimEnd().split("\n");
      const last = lines.at(-1) ?? "";
      const text = lines.map((line) => (line.startsWith(" ") ? line.slice(1) : line.slice(5))).join("\n");
      if (/^[89]/.test(last)) return fail(`BIRD refused \`${command}\`: ${text}.`);
      socket.end();
      resolve(text);
    });
  });
}
