import { ApiProblem } from "../problem.js";

/** The largest body that is read: an inventory with every disk and port of a large machine is a tenth of it. */
const longestBody = 256 * 1024;

/** @throws ApiProblem `too_large`, as soon as it is known; `timeout` where its sender is gone, or was cut off for being slow */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > longestBody) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > longestBody) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ApiProblem ? error : new ApiProblem("timeout", { detail: "The body did not arrive." });
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** @throws ApiProblem `malformed` */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ApiProblem("malformed", { detail: "The body is not JSON in UTF-8." });
  }
}

function tooLarge(): ApiProblem {
  return new ApiProblem("too_large", { detail: `A request has at most ${longestBody} bytes.` });
}
