import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { parsePrefix } from "@nix-nos/ipam";
import type { Roa } from "./explain/roas.js";

/** A cache of ROAs as routers ask it (RFC 8210 §5; RFC 6810 where a router speaks version 0), on loopback. */
export interface RtrCache {
  readonly port: number;
  /** Adds ROAs and tells every router that there is something new. */
  add(roas: readonly Roa[]): void;
  close(): Promise<void>;
}

const session = 4711;

export async function startRtrCache(first: readonly Roa[]): Promise<RtrCache> {
  // ROAs by the serial number that they came with.
  const batches: (readonly Roa[])[] = [first];
  const routers = new Map<Socket, number>();
  const server = createServer((router) => {
    let heard = Buffer.alloc(0);
    router.on("error", () => {});
    router.on("close", () => routers.delete(router));
    router.on("data", (data) => {
      heard = Buffer.concat([heard, data]);
      for (let length = lengthOf(heard); length > 0 && heard.length >= length; length = lengthOf(heard)) {
        const [version = 0, type] = heard;
        const since = type === 1 ? heard.readUInt32BE(8) + 1 : 0;
        // A query for all, or for what is new.
        if (type === 2 || type === 1) {
          routers.set(router, version);
          router.write(answer(version, batches.slice(since).flat(), batches.length - 1));
        }
        heard = heard.subarray(length);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    add(roas) {
      batches.push(roas);
      for (const [router, version] of routers) router.write(pdu(version, 0, session, words(batches.length - 1)));
    },
    async close() {
      for (const router of routers.keys()) router.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function lengthOf(heard: Buffer): number {
  return heard.length < 8 ? 0 : heard.readUInt32BE(4);
}

function answer(version: number, roas: readonly Roa[], serial: number): Buffer {
  // Refresh, retry and expire are version 1's.
  const timers = version === 0 ? [] : [3600, 600, 7200];
  return Buffer.concat([
    pdu(version, 3, session, Buffer.alloc(0)),
    ...roas.map((roa) => announced(version, roa)),
    pdu(version, 7, session, words(serial, ...timers)),
  ]);
}

function announced(version: number, { prefix, maxLength, as }: Roa): Buffer {
  const parsed = parsePrefix(prefix);
  if (parsed === null) throw new Error(`no prefix: ${prefix}`);
  const { family, w0, w1, w2, w3 } = parsed.address;
  const address = family === "ipv4" ? words(w3) : words(w0, w1, w2, w3);
  const body = [Buffer.from([1, parsed.length, maxLength, 0]), address, words(as)];
  return pdu(version, family === "ipv4" ? 4 : 6, 0, Buffer.concat(body));
}

function pdu(version: number, type: number, middle: number, body: Buffer): Buffer {
  const head = Buffer.from([version, type, middle >> 8, middle & 255]);
  return Buffer.concat([head, words(8 + body.length), body]);
}

function words(...numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) buffer.writeUInt32BE(number, 4 * index);
  return buffer;
}
