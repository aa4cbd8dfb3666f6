import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

/** A segment of an AS path (RFC 4271 §4.3, RFC 5065 §3). */
export interface Segment {
  readonly kind: "set" | "sequence" | "confederation sequence" | "confederation set";
  readonly numbers: readonly number[];
}

const segmentTypes = { set: 1, sequence: 2, "confederation sequence": 3, "confederation set": 4 } as const;

/** A route as no daemon would tell it. */
export interface RawRoute {
  readonly prefix: string;
  readonly path: readonly Segment[];
  /** ONLY_TO_CUSTOMER (RFC 9234 §5): the AS that said so. */
  readonly onlyToCustomer?: number;
  /** One large community (RFC 8092). */
  readonly largeCommunity?: readonly [number, number, number];
}

/**
 * Calls a daemon as a neighbour that says what no daemon would: routes with any path.
 *
 * @param from - where it calls from, with which AS, and where its routes lead
 * @param to - where the daemon listens, and the AS and router id that it is not to have
 * @returns the open session, once every route is sent, and what sends more
 */
export async function callAsNeighbour(
  from: { readonly address: string; readonly as: number; readonly nextHop: string },
  to: { readonly address: string; readonly port: number },
  routes: readonly RawRoute[],
): Promise<{ readonly socket: Socket; readonly tell: (more: readonly RawRoute[]) => void }> {
  const socket = await dial(from.address, to);
  const heard: Buffer[] = [];
  socket.on("data", (data) => heard.push(data));
  socket.on("error", () => {});
  socket.write(message(1, openOf(from.as)));
  socket.write(message(4, Buffer.alloc(0)));
  for (let tries = 0; !Buffer.concat(heard).includes(message(4, Buffer.alloc(0))); tries++) {
    if (tries > 200 || socket.closed) throw new Error(`no session: ${Buffer.concat(heard).toString("hex")}`);
    await setTimeout(50);
  }
  // Within any hold time that a test asks for: what ends the session is then what was said in it.
  const alive = setInterval(() => socket.write(message(4, Buffer.alloc(0))), 1000);
  socket.on("close", () => clearInterval(alive));
  const tell = (more: readonly RawRoute[]) => {
    for (const route of more) socket.write(message(2, updateOf(route, from.nextHop)));
  };
  tell(routes);
  return { socket, tell };
}

async function dial(localAddress: string, { address, port }: { address: string; port: number }): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect({ host: address, port, localAddress });
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      if (tries > 100) throw error;
      await setTimeout(100);
    }
  }
}

function message(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(19, 0xff);
  head.writeUInt16BE(19 + body.length, 16);
  head.writeUInt8(type, 18);
  return Buffer.concat([head, body]);
}

function openOf(as: number): Buffer {
  const head = Buffer.from([4, as >> 8, as & 255, 0, 90, 10, 255, 0, 99]);
  // IPv4 unicast, and AS numbers of four octets (RFC 6793).
  const capabilities = Buffer.from([1, 4, 0, 1, 0, 1, 65, 4, 0, 0, as >> 8, as & 255]);
  return Buffer.concat([head, Buffer.from([capabilities.length + 2, 2, capabilities.length]), capabilities]);
}

function updateOf({ prefix, path, onlyToCustomer, largeCommunity }: RawRoute, nextHop: string): Buffer {
  const asPath = Buffer.concat(
    path.map(({ kind, numbers }) => Buffer.concat([Buffer.from([segmentTypes[kind], numbers.length]), words(numbers)])),
  );
  const attributes = Buffer.concat([
    Buffer.from([0x40, 1, 1, 0]),
    Buffer.from([0x40, 2, asPath.length]),
    asPath,
    Buffer.from([0x40, 3, 4, ...nextHop.split(".").map(Number)]),
    ...(onlyToCustomer === undefined ? [] : [Buffer.from([0xc0, 35, 4]), words([onlyToCustomer])]),
    ...(largeCommunity === undefined ? [] : [Buffer.from([0xc0, 32, 12]), words(largeCommunity)]),
  ]);
  const [address = "", length = "0"] = prefix.split("/");
  const octets = address
    .split(".")
    .map(Number)
    .slice(0, Math.ceil(Number(length) / 8));
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16BE(attributes.length, 2);
  return Buffer.concat([lengths, attributes, Buffer.from([Number(length), ...octets])]);
}

function words(numbers: readonly number[]): Buffer {
  const all = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) all.writeUInt32BE(number, 4 * index);
  return all;
}
