import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A line to etcd that breaks, again and again, when etcd has done what it was asked and its answer is on the way. */
export interface LossyLine {
  readonly endpoint: string;
  /** How many times it broke. */
  readonly losses: number;
  close(): Promise<void>;
}

/** @param every - it breaks at every so many pieces of an answer */
export async function startLossyLine(target: string, every: number): Promise<LossyLine> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let pieces = 0;
  let losses = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const end = () => {
      near.destroy();
      far.destroy();
      sockets.delete(near);
    };
    sockets.add(near);
    for (const socket of [near, far]) socket.on("close", end).on("error", end);
    near.pipe(far);
    far.on("data", (piece) => {
      if (++pieces % every !== 0) return near.write(piece);
      losses++;
      return end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server has a port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    get losses() {
      return losses;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
