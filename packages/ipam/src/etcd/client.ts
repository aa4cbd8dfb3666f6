import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { EtcdError } from "./etcd-error.js";
import {
  type Method,
  methods,
  type RangeRequest,
  type RangeResponse,
  type TxnRequest,
  type TxnResponse,
} from "./rpc.js";

/** Where etcd is, and who asks. */
export interface EtcdClientOptions {
  /** `http://10.0.0.1:2379`, `https://etcd-1:2379`, or `10.0.0.1:2379`, which is TLS when `tls` is given. */
  readonly endpoints: readonly string[];
  /** PEM, as bytes or text. Without `ca`, the certificate authorities that come with Node are trusted. */
  readonly tls?: {
    readonly ca?: Uint8Array | string;
    readonly cert?: Uint8Array | string;
    readonly key?: Uint8Array | string;
  };
  readonly username?: string;
  readonly password?: string;
  /** How long one request may go on looking for an endpoint that answers; 15,000 when left out. */
  readonly timeoutMs?: number;
}

/** The requests that a store makes. Each is tried at one endpoint after another until the time is up. */
export interface EtcdClient {
  range(request: RangeRequest): Promise<RangeResponse>;
  /** May be carried out although an attempt failed, and then again: what is asked must bear that. */
  txn(request: TxnRequest): Promise<TxnResponse>;
  /** @returns the lease's id; it ends after `seconds` */
  leaseGrant(seconds: number): Promise<string>;
  leaseRevoke(id: string): Promise<void>;
  close(): void;
}

/** One endpoint that is reachable and does not answer shall not use up the time of the others. */
const attemptMs = 4000;

export function createEtcdClient(options: EtcdClientOptions): EtcdClient {
  const { endpoints, username, password = "", timeoutMs = 15_000 } = options;
  if (endpoints.length === 0) throw new TypeError("an etcd client needs at least one endpoint");
  const clients = endpoints.map((endpoint) => connect(endpoint, options.tls));
  let current = 0;
  /** Empty when etcd asks for none. */
  let token: string | null = null;

  const send = <Request, Response>(method: Method<Request, Response>, request: Request, deadline: number) =>
    new Promise<Response>((resolve, reject) => {
      const metadata = new Metadata();
      // etcd 3.4 refuses a token that it did not give, also an empty one, though it asks for none.
      if (token) metadata.set("token", token);
      const client = clients[current % clients.length];
      client?.makeUnaryRequest(
        method.path,
        method.serialize,
        method.deserialize,
        request,
        metadata,
        { deadline: Math.min(deadline, Date.now() + attemptMs) },
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
      );
    });

  const authenticate = async (deadline: number): Promise<void> => {
    if (username === undefined || token !== null) return;
    try {
      ({ token } = await send(methods.authenticate, { name: username, password }, deadline));
    } catch (error) {
      // etcd without authentication takes everybody.
      if (isServiceError(error) && error.code === status.FAILED_PRECONDITION) token = "";
      else throw error;
    }
  };

  const call = async <Request, Response>(method: Method<Request, Response>, request: Request): Promise<Response> => {
    const deadline = Date.now() + timeoutMs;
    let renewed = 0;
    for (let failures = 0; ; ) {
      try {
        await authenticate(deadline);
        return await send(method, request, deadline);
      } catch (error) {
        if (!isServiceError(error)) throw error;
        if (isOldToken(error) && username !== undefined && renewed < 3) {
          renewed++;
          token = null;
          continue;
        }
        const failure = meaningOf(error, endpoints);
        if (failure.code !== "unavailable" || Date.now() >= deadline) throw failure;
        current++;
        failures++;
        // A tour of all endpoints without an answer: what runs them may be starting again.
        const pause = Math.min(20 * 2 ** Math.min(Math.floor(failures / clients.length), 5), deadline - Date.now());
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, pause)));
      }
    }
  };

  return {
    range: (request) => call(methods.range, request),
    txn: (request) => call(methods.txn, request),
    leaseGrant: async (seconds) => (await call(methods.leaseGrant, { TTL: seconds })).ID,
    leaseRevoke: async (id) => void (await call(methods.leaseRevoke, { ID: id })),
    close: () => {
      for (const client of clients) client.close();
    },
  };
}

const tooLarge = "A key is longer than etcd takes in one request.";

function connect(endpoint: string, tls: EtcdClientOptions["tls"]): Client {
  const [, scheme, target = ""] = /^(?:(https?):\/\/)?([^/]+)\/?$/.exec(endpoint) ?? [];
  if (target === "") throw new TypeError(`${JSON.stringify(endpoint)} is no endpoint, as https://10.0.0.1:2379`);
  if (scheme === "http" && tls !== undefined)
    throw new TypeError(`${endpoint} is not encrypted: with certificates, an endpoint begins with https://`);
  const isSecure = scheme === "https" || tls !== undefined;
  const pem = (value: Uint8Array | string | undefined) => (value === undefined ? null : Buffer.from(value));
  const channel = isSecure
    ? credentials.createSsl(pem(tls?.ca), pem(tls?.key), pem(tls?.cert))
    : credentials.createInsecure();
  return new Client(target, channel, {
    // A pool's records come in pages, but keys may be long.
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    // A machine's web proxy is not on the way to its etcd.
    "grpc.enable_http_proxy": 0,
    // Two stores of one process fail apart.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1000,
  });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}

/**
 * Tokens end, with time (five minutes) and with etcd's restart; a change of users or roles outdates them; and there is
 * none when authentication was enabled only now.
 */
function isOldToken({ code, details }: ServiceError): boolean {
  const outdated = ["revision of auth store is old", "user name is empty"];
  return code === status.UNAUTHENTICATED || outdated.some((text) => details.includes(text));
}

function meaningOf(error: ServiceError, endpoints: readonly string[]): EtcdError {
  const { code, details } = error;
  const where = endpoints.join(", ");
  const of = (kind: EtcdError["code"], message: string) => new EtcdError(kind, message, { cause: error });
  switch (code) {
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
    case status.CANCELLED:
    case status.ABORTED:
    case status.INTERNAL:
    case status.UNKNOWN:
      if (/certificate|\bSSL\b|\bTLS\b|ssl3?_|ERR_TLS/i.test(details))
        return of("tls", `The certificates of ${where} and of this side do not fit: ${details}`);
      return of("unavailable", `etcd does not answer at ${where}: ${details}`);
    case status.RESOURCE_EXHAUSTED:
      if (details.includes("larger than max")) return of("too-large", tooLarge);
      return details.includes("space exceeded")
        ? of(
            "no-space",
            "etcd's database is full: compact it, defragment it, and clear its alarm (etcdctl alarm disarm).",
          )
        : of("unavailable", `etcd at ${where} is overloaded: ${details}`);
    case status.UNAUTHENTICATED:
      return of("unauthenticated", `etcd at ${where} does not accept this user's token: ${details}`);
    case status.PERMISSION_DENIED:
      return of("permission-denied", `etcd's user may not read and write everything below the prefix: ${details}`);
    case status.INVALID_ARGUMENT:
      if (details.includes("authentication failed"))
        return of("unauthenticated", "etcd knows no such user and password.");
      if (details.includes("user name is empty"))
        return of("unauthenticated", "etcd wants a user, and none was given: set username and password.");
      if (details.includes("too large")) return of("too-large", tooLarge);
      return of("refused", `etcd refused the request: ${details}`);
    default:
      return of("refused", `etcd refused the request: ${details}`);
  }
}
