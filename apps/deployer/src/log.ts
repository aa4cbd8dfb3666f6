import { type Logger, pino } from "pino";

/** Whatever an object that is logged has under these names is not for a log. */
const secret = ["authorization", "token", "secret", "password", "key", "cookie"];

/** Structured lines on standard output; what a mistake would log of a secret is left out. */
export function createLog(level: string, destination?: { write(line: string): void }): Logger {
  const paths = secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level, redact: { paths, censor: "(secret)" }, base: null };
  return destination === undefined ? pino(options) : pino(options, destination);
}
