import { Agent, type Dispatcher, fetch } from "undici";
import { StoreUnavailable } from "./store.js";

/** How to reach etcd, or ChainFire, which speaks its protocol. */
export interface EtcdOptions {
  /** As `https://10.0.1.10:2379`, one or several of a cluster. */
  readonly endpoints: readonly string[];
  /** PEM of the authority that signed its certificate; `null` trusts the system's authorities. */
  readonly authority: string | null;
  /** A certificate with a common name is refused where authentication is on (etcd#17025): its user is meant here. */
  readonly user: { readonly name: string; readonly password: string } | null;
}

/** etcd's JSON gateway: every call is a POST of JSON, and its 64-bit numbers are strings. */
export interface Gateway {
  /** @throws StoreUnavailable where no member answers */
  post<T>(path: string, body: unknown): Promise<T>;
  /** Lines of a stream that stays open. It ends, or throws StoreUnavailable, when the connection is lost. */
  stream<T>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T>;
  close(): Promise<void>;
}

const timeout = 5000;
/** Connections that may be busy at once for each member. */
const connections = 64;

export function createGateway({ endpoints, authority, user }: EtcdOptions): Gateway {
  const dispatcher = new Agent({
    connections,
    connect: { timeout, ...(authority === null ? {} : { ca: authority }) },
    // A watch may be silent for as long as nothing changes.
    bodyTimeout: 0,
  });
  let preferred = 0;
  let token: string | null = null;

  /** Sends it to one member after the other until one answers, beginning with the one that answered last. */
  async function send(
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData["body"] | Response> {
    let failure: unknown = null;
    for (let tried = 0; tried < endpoints.length; tried++) {
      const index = preferred % endpoints.length;
      try {
        return (await fetch(new URL(path, endpoints[index]), {
          method: "POST",
          body: JSON.stringify(body),
          headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: token }) },
          dispatcher,
          signal,
        })) as unknown as Response;
      } catch (error) {
        failure = error;
        preferred = index + 1;
        // A commit that may have been sent must not be sent to another one: it would be compared with itself.
        if (path === "/v3/kv/txn" && !wasNeverSent(error)) break;
      }
    }
    throw new StoreUnavailable(`etcd does not answer: ${reasonOf(failure)}`, { cause: failure });
  }

  async function authenticate(): Promise<void> {
    if (user === null) return;
    token = null;
    const answer = await post<{ readonly token: string }>("/v3/auth/authenticate", user, false);
    token = answer.token;
  }

  async function post<T>(path: string, body: unknown, mayAuthenticate = true): Promise<T> {
    if (user !== null && token === null && mayAuthenticate) await authenticate();
    const response = (await send(path, body, AbortSignal.timeout(timeout))) as Response;
    const text = await response.text().catch((error: unknown) => {
      throw new StoreUnavailable(`etcd does not answer: ${reasonOf(error)}`, { cause: error });
    });
    if (response.ok) return JSON.parse(text) as T;
    const { code, message } = parseError(text);
    // A token ends after some minutes, and with the member that gave it.
    if (user !== null && mayAuthenticate && (code === 16 || /auth token/.test(message))) {
      await authenticate();
      return post(path, body, false);
    }
    if (response.status >= 500) throw new StoreUnavailable(`etcd: ${message}`);
    throw new Error(`etcd refuses ${path}: ${message}`);
  }

  return {
    post: (path, body) => post(path, body),
    stream: async function* <T>(path: string, body: unknown, signal: AbortSignal) {
      if (user !== null && token === null) await authenticate();
      try {
        const response = (await send(path, body, signal)) as Response;
        if (!response.ok || response.body === null) {
          token = null;
          throw new StoreUnavailable(`etcd: ${parseError(await response.text()).message}`);
        }
        const decoder = new TextDecoder();
        let rest = "";
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) yield JSON.parse(line) as T;
        }
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        throw new StoreUnavailable(`etcd does not answer: ${reasonOf(error)}`, { cause: error });
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** `fetch` hides the reason in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}

function wasNeverSent(error: unknown): boolean {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"].includes(cause?.code ?? "");
}

function parseError(text: string): { readonly code: number; readonly message: string } {
  try {
    const { code = 0, message = text, error = message } = JSON.parse(text);
    return { code, message: String(error) };
  } catch {
    return { code: 0, message: text.slice(0, 200) };
  }
}
