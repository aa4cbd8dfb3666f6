import type { Answer, Question, Result } from "./messages.js";

/** A topology that takes longer than this many milliseconds is given up, so that the next one is heard. */
const longest = 30_000;

interface Listener {
  schema(schema: object): void;
  result(text: string, result: Result): void;
  /** The worker failed, or took too long. */
  failed(reason: string): void;
}

/** Has texts worked on beside the page: one at a time, and of those that wait only the latest. */
export function createAsker(listener: Listener): (text: string) => void {
  let waiting: string | null = null;
  let asked: { readonly text: string; readonly timer: number } | null = null;
  let worker = start();

  function start(): Worker {
    const own = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    own.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "schema") return listener.schema(data.schema);
      done();
      listener.result(data.text, data.result);
    };
    own.onerror = ({ message }) => startAgain(message);
    return own;
  }

  function startAgain(reason: string): void {
    worker.terminate();
    worker = start();
    listener.failed(reason);
    done();
  }

  function done(): void {
    if (asked !== null) clearTimeout(asked.timer);
    asked = null;
    if (waiting !== null) ask(waiting);
  }

  function ask(text: string): void {
    if (asked !== null) {
      waiting = text;
      return;
    }
    waiting = null;
    asked = { text, timer: window.setTimeout(() => startAgain("This topology takes too long here."), longest) };
    worker.postMessage({ text } satisfies Question);
  }

  return ask;
}
