import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { ApiProblem, toProblem } from "../problem.js";

/**
 * Answers what Node's server gives up on before there is a request to handle, which it would answer with a bare status:
 * one that takes too long to arrive, and one that is no HTTP.
 */
export function answerUnread(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const code = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "timeout" : "malformed";
    const problem = toProblem(new ApiProblem(code), randomUUID());
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      "content-type: application/problem+json",
      `content-length: ${Buffer.byteLength(body)}`,
      "connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
}
