import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import type { Config } from "./config.js";
import type { Deployer } from "./deployer.js";
import { createApp } from "./http/app.js";
import { answerUnread } from "./http/unread.js";
import { leadOthers } from "./leader.js";
import { makeAdminToken } from "./operators/operators.js";
import { sshProbe } from "./push/probe.js";
import { openSsh } from "./push/ssh.js";
import { openRenderedTree } from "./rendered-tree.js";
import { ownIdentity } from "./ssh-identity.js";
import { openEmbeddedStore } from "./store/embedded.js";
import { openEtcdStore } from "./store/etcd.js";
import type { Store } from "./store/store.js";
import { openTls } from "./tls.js";
import { createTurns } from "./turns.js";

/** A deployer that runs. */
export interface RunningDeployer {
  readonly url: string;
  readonly authorityFile: string | null;
  /** The admin's token, where it was made by this start; it is shown once. */
  readonly adminToken: string | null;
  /** Ends what is underway, and then everything. */
  stop(): Promise<void>;
}

/** How long what is underway may take at the end. */
const graceful = 10_000;
const week = 7 * 86_400_000;

/**
 * Starts the deployer and resolves when it answers.
 *
 * @param isReset - makes another admin token, and the one before is good for nothing
 */
export async function startDeployer(config: Config, log: Logger, isReset: boolean): Promise<RunningDeployer> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const store = await openStore(config);
  const stopping = new AbortController();
  try {
    const tls = await openTls(config, Date.now());
    const adminToken = await makeAdminToken(store, isReset);
    const { ssh } = config;
    const open = openSsh({ ...ssh, identityFile: ssh.identityFile ?? ownIdentity(config.data) });
    const deployer: Deployer = {
      store,
      log,
      tree: openRenderedTree(config.tree),
      ssh: open,
      probe: sshProbe(open),
      push: config.push,
      rollouts: config.rollouts,
      now: Date.now,
      inTurn: createTurns(),
      confirming: new Set(),
      lostTimeout: config.lostTimeoutSeconds * 1000,
    };
    const app = createApp(deployer, { operators: config.operators, stopping: stopping.signal });
    if (config.tree !== null && (await deployer.tree.nodes()).size === 0) {
      log.warn({ tree: config.tree }, "no rendered node is there: no machine will be recognised");
    }
    const server = createServer(
      {
        ...mutual(config),
        cert: tls.certificate,
        key: tls.key,
        minVersion: "TLSv1.2",
        requestTimeout: config.requestTimeoutSeconds * 1000,
        headersTimeout: Math.min(10, config.requestTimeoutSeconds) * 1000,
        connectionsCheckingInterval: 1000,
      },
      getRequestListener(app.fetch),
    );
    answerUnread(server);
    const url = await listen(server, config);
    const leading = leadOthers(deployer, stopping.signal);
    const renewal = setInterval(async () => {
      const { certificate, key } = await openTls(config, Date.now());
      server.setSecureContext({ cert: certificate, key });
    }, week);
    log.info({ url, store: config.store.kind, tree: config.tree }, "the deployer answers");
    return {
      url,
      authorityFile: tls.authorityFile,
      adminToken,
      stop: async () => {
        stopping.abort();
        clearInterval(renewal);
        await close(server);
        await leading;
        await store.close();
        log.info("the deployer has stopped");
      },
    };
  } catch (error) {
    stopping.abort();
    await store.close();
    throw error;
  }
}

function openStore({ store, data }: Config): Promise<Store> | Store {
  if (store.kind === "embedded") return openEmbeddedStore(`${data}/store`);
  const read = (file: string) => readFileSync(file, "utf8");
  return openEtcdStore({
    endpoints: store.endpoints,
    authority: store.authorityFile === null ? null : read(store.authorityFile),
    user: store.user === null ? null : { name: store.user.name, password: read(store.user.passwordFile).trim() },
  });
}

/** Operators may show a certificate; whoever shows none, or another one, still has a token to show. */
function mutual({ clientAuthorityFile }: Config) {
  if (clientAuthorityFile === null) return {};
  return { requestCert: true, rejectUnauthorized: false, ca: readFileSync(clientAuthorityFile) };
}

function listen(server: Server, { listen: { host, port } }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const { port: bound } = server.address() as AddressInfo;
      const name = host === "::" || host === "0.0.0.0" ? "localhost" : host.includes(":") ? `[${host}]` : host;
      resolve(`https://${name}:${bound}`);
    });
  });
}

/** No new request comes in; those that are underway end, and those that do not are cut off. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = new AbortController();
  const cut = sleep(graceful, undefined, { signal: deadline.signal }).then(
    () => server.closeAllConnections(),
    () => undefined,
  );
  await closed;
  deadline.abort();
  await cut;
}
