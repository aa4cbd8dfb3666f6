import type { Io } from "../io.js";

/** Does something that has no end of its own, until Ctrl-C or the reader of a pipe goes. */
export async function untilInterrupted({ stdout }: Io, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  stdout.once("close", end);
  stdout.once("error", end);
  try {
    await work(stop.signal);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
    stdout.off("close", end);
    stdout.off("error", end);
  }
}
