import type { Answer, Question, Result } from "./messages.js";

/** A topology that takes longer than this many milliseconds is given up, so that the next one is heard. */
const longest = 30_000;

const notLoaded =
  "The part of this page that renders did not load: is its server in reach? The next change tries again, or reload the page.";

interface Listener {
  schema(schema: object): void;
  result(text: string, result: Result): void;
  /** The worker could not be loaded, failed, or took too long. */
  failed(reason: string): void;
}

/** Has texts worked on beside the page: one at a time, and of those that wait only the latest. */
export function createAsker(listener: Listener): (text: string) => void {
  let waiting: string | null = null;
  let asked: { readonly timer: number } | null = null;
  let isLoaded = false;
  let worker: Worker | null = start();

  function start(): Worker {
    const own = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    isLoaded = false;
    own.onmessage = ({ data }: MessageEvent<Answer>) => {
      isLoaded = true;
      if (data.kind === "schema") return listener.schema(data.schema);
      done();
      listener.result(data.text, data.result);
    };
    // A script that cannot be fetched has no message.
    own.onerror = ({ message }) => giveUp(message ? `This topology cannot be worked on here: ${message}` : notLoaded);
    return own;
  }

  /** Another worker is started by the next text, and not by itself: what cannot be loaded would be asked for without end. */
  function giveUp(reason: string): void {
    worker?.terminate();
    worker = null;
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
    worker ??= start();
    const timer = window.setTimeout(() => giveUp(isLoaded ? "This topology takes too long here." : notLoaded), longest);
    asked = { timer };
    worker.postMessage({ text } satisfies Question);
  }

  return ask;
}
