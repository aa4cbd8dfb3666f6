import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What a stand-in for IRRd knows; a test changes it while the server runs. */
export interface Registry {
  /** Members by the name of an AS-SET or route-set. */
  readonly sets: Record<string, readonly string[]>;
  /** Prefixes by the AS that originates them. */
  readonly routes: Record<string, readonly string[]>;
  /** Speaks instead of the server: is given the query, and `false` leaves it to the server. */
  behave?: (query: string, socket: Socket) => boolean;
  /** Expands AS-SETs into prefixes by itself, as IRRd 4 does with `!a`. */
  expands: boolean;
}

export interface Irrd {
  /** As `--host` takes it. */
  readonly host: string;
  readonly registry: Registry;
  /** Every query since the last look. */
  readonly asked: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** A server of IRRd's protocol on loopback that goes away with the test. */
export async function startIrrd(registry: Registry): Promise<Irrd> {
  let queries: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const query of lines) {
        queries.push(query);
        if (!registry.behave?.(query, socket)) answer(query, socket, registry);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  onTestFinished(stop);
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    registry,
    asked: () => {
      const before = queries;
      queries = [];
      return before;
    },
    stop,
  };
}

function answer(query: string, socket: Socket, { sets, routes, expands }: Registry): void {
  const give = (items: readonly string[] | undefined) => {
    const text = items?.join(" ") ?? "";
    socket.write(text === "" ? "D\n" : `A${text.length + 1}\n${text}\nC\n`);
  };
  const ofFamily = (family: "4" | "6", origins: readonly string[]) =>
    origins.flatMap((origin) => routes[origin] ?? []).filter((prefix) => prefix.includes(":") === (family === "6"));
  const [, command = "", family, object = ""] = /^!(!|q|n|s-lc|s|a(?=$)|a(4|6)|i|g|6)(.*)$/.exec(query) ?? [];
  switch (command) {
    case "!":
      return;
    case "q":
      socket.end();
      return;
    case "s-lc":
      socket.write("A9\nRIPE,RADB\nC\n");
      return;
    case "n":
    case "s":
      socket.write("C\n");
      return;
    case "a":
      socket.write(expands ? "F Missing required set name for A query\n" : "F Unrecognised command\n");
      return;
    case "i":
      give(sets[object.replace(/,1$/, "")]);
      return;
    case "g":
    case "6":
      give(ofFamily(command === "g" ? "4" : "6", [object.toUpperCase()]));
      return;
    default:
      if (command.startsWith("a")) give(ofFamily(family === "4" ? "4" : "6", sets[object] ?? []));
      else socket.write("F Unrecognised command\n");
  }
}
