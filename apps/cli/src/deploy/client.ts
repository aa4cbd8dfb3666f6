import { setTimeout as sleep } from "node:timers/promises";
import {
  createOperatorClient,
  DeployerError,
  DeployerUnreachable,
  type OperatorClient,
} from "@plasmacloud/deployer-client";
import { Agent, fetch } from "undici";
import { ZodError } from "zod";
import { Failure, problem, toolFailure, usageFailure } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import { readCredentials } from "./credentials.js";

/** How often a call is tried: a person waits, and looks. */
const attempts = 3;

/**
 * Asks the deployer that the credentials name.
 *
 * @throws Failure NN9080 for the credentials, NN9081 where no deployer answers, NN9082 where it says no
 */
export async function withDeployer<T>(
  io: Io,
  credentials: string,
  ask: (client: OperatorClient) => Promise<T>,
): Promise<T> {
  const { server, authority, token } = readCredentials(io, credentials);
  const dispatcher = new Agent({ connect: { timeout: 5000, ...(authority === null ? {} : { ca: authority }) } });
  const client = createOperatorClient({
    server,
    token,
    attempts,
    // Node's types and undici's own describe one and the same request and response.
    fetch: (url, init) => fetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>,
    wait: (milliseconds, signal) => sleep(milliseconds, undefined, { ...(signal === undefined ? {} : { signal }) }),
    now: io.now,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
  try {
    return await ask(client);
  } catch (error) {
    throw failureOf(error);
  } finally {
    await dispatcher.destroy();
  }
}

function failureOf(error: unknown): unknown {
  if (error instanceof DeployerUnreachable) {
    const hint = "Is it running, is the address right, and is its certificate of the authority in the credentials?";
    return toolFailure("NN9081", `The deployer cannot be reached: ${error.message}.`, hint);
  }
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return usageFailure("NN9016", `${issue?.path.join(".") ?? ""}: expected ${issue?.message}`);
  }
  if (!(error instanceof DeployerError)) return error;
  const { title, detail, code, issues = [] } = error.problem;
  const what = issues.map(({ path, message }) => `${path.join(".")}: expected ${message}`).join("; ");
  const message = detail ?? [title, what].filter((part) => part !== "").join(": ");
  const hint = `The deployer's code for it is ${code}.`;
  return new Failure(
    [problem("NN9082", `The deployer refuses. ${message.replace(/\.?$/, ".")}`, { hint })],
    exitCodes.refused,
  );
}
