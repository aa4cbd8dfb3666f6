import { join } from "node:path";
import { usageFailure } from "../failure.js";
import type { Io } from "../io.js";
import { readNamedFile } from "../load/named-file.js";
import { readCredentials } from "./credentials.js";
import type { Form, ImagePlan } from "./images.js";
import { scopeOf } from "./key-scope.js";

/** What is asked for, as the options have it. */
export interface WantedImages {
  readonly credentials: string;
  readonly node?: readonly string[];
  readonly site?: string;
  /** The folder that the files are written to. */
  readonly out: string;
  readonly server?: string;
  readonly authority?: string;
  readonly authorizedKey?: readonly string[];
  readonly mac?: string;
  readonly address?: string[];
  readonly gateway?: string[];
  readonly nameserver?: string[];
}

/**
 * Which images there will be, what each machine is told by its own, and which files that makes.
 *
 * @throws Failure NN9016 and NN9080
 */
export function planImages(io: Io, wanted: WantedImages, form: Form["kind"]): readonly ImagePlan[] {
  const { node = [], site, out } = wanted;
  const nodes = [...new Set(node)];
  const network = networkOf(wanted);
  const shared = { ...trusted(io, wanted), authorizedKeys: publicKeys(io, wanted.authorizedKey ?? []), network };
  if (network !== null && (site !== undefined || nodes.length > 1))
    throw usageFailure("NN9016", "Addresses are one machine's, and these are several.", "Give one --node.");
  const endings = form === "ipxe" ? ["conf", "ipxe"] : ["iso"];
  const planFor = (one: string | undefined): ImagePlan => {
    const scope = scopeOf(one, site);
    const name = one ?? site ?? "";
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      throw usageFailure(
        "NN9016",
        `"${name}" is no name of a node or a site.`,
        "A name has letters, digits, '.', '_' and '-'.",
      );
    const files = endings.map((ending) => join(out, `${name}.${ending}`));
    return { name, scope, settings: { ...shared, hostname: one ?? null }, files };
  };
  return nodes.length === 0 ? [planFor(undefined)] : nodes.map(planFor);
}

/** `null` takes what the network gives. */
function networkOf({
  mac,
  address: addresses = [],
  gateway: gateways = [],
  nameserver: nameservers = [],
}: WantedImages): ImagePlan["settings"]["network"] {
  const isGiven = mac !== undefined || [addresses, gateways, nameservers].some(({ length }) => length > 0);
  return isGiven ? { mac: mac ?? null, addresses, gateways, nameservers } : null;
}

/** Type and key of each line; an option or a comment is left out. */
function publicKeys(io: Io, files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const lines = readNamedFile(io, file).matchAll(/^\s*((?:ssh|ecdsa)-\S+ [A-Za-z0-9+/]+={0,2})(?:\s.*)?$/gm);
    const found = [...lines].map(([, key = ""]) => key);
    if (found.length > 0) return found;
    throw usageFailure("NN9016", `${file} has no public key of SSH.`, "It is a file as id_ed25519.pub.");
  });
}

/** Which deployer the machine calls, and whose certificates it trusts. */
function trusted(
  io: Io,
  { credentials, server, authority }: WantedImages,
): Pick<ImagePlan["settings"], "server" | "authority"> {
  const own = readCredentials(io, credentials);
  const text = authority === undefined ? own.authority : readNamedFile(io, authority);
  if (text === null)
    throw usageFailure(
      "NN9016",
      "The machine has to be told whose certificates to trust, and the credentials name no authority.",
      "Name its certificate: --authority ca.crt",
    );
  if (server === undefined && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(own.server).hostname))
    throw usageFailure(
      "NN9016",
      `No other machine finds the deployer at ${own.server}, the address in the credentials.`,
      "Say how machines reach it: --server https://deployer.example:7443",
    );
  return { server: server ?? own.server, authority: text };
}
