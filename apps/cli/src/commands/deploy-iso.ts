import type { MadeBootstrapKey } from "@plasmacloud/deployer-client";
import { type Command, Option } from "commander";
import type { Form } from "../deploy/images.js";
import type { WantedImages } from "../deploy/plan-images.js";
import { count, visible } from "../print/text.js";
import type { Context } from "./context.js";
import { clientOf, type DeployFlags, deployOptions, seconds, wholeNumber } from "./deploy-common.js";

interface IsoFlags extends DeployFlags, WantedImages {
  readonly generic?: string;
  readonly ipxe?: string | true;
  readonly uses: number;
  readonly validFor: number;
  readonly checksum?: true;
  readonly force?: true;
}

/** Something that was made, as `--json` has it. */
interface Image {
  readonly name: string;
  readonly kind: Form["kind"];
  readonly files: readonly { readonly path: string; readonly bytes: number | null; readonly sha256: string | null }[];
  readonly key: Pick<MadeBootstrapKey, "id" | "scope" | "uses" | "expiresAt">;
}

export function addDeployIso(deploy: Command, context: Context): void {
  const command = deploy
    .command("iso")
    .description("make a bootstrap key, and what a machine boots with to phone home by it")
    .option("--node <names...>", "for each of these nodes, one key and one image")
    .option("--site <name>", "for machines at a site: one key and one image")
    .option("--out <folder>", "where NAME.iso is written, or NAME.ipxe and NAME.conf", ".")
    .option("--generic <iso>", "write copies of this installer with the settings in it, instead of small seed images")
    .addOption(
      new Option("--ipxe [address]", "write scripts for iPXE; the address is that of the netboot build's script")
        .preset("netboot.ipxe")
        .conflicts("generic"),
    )
    .option("--server <address>", "the deployer's address as machines see it; else that of the credentials")
    .option("--authority <file>", "certificates that the machine trusts, PEM; else the credentials' authority")
    .option("--authorized-key <files...>", "public SSH keys that may log in as root, as data/ssh/id_ed25519.pub")
    .option("--address <addresses...>", "the machine's own, as 192.0.2.10/24; else what the network gives")
    .option("--gateway <addresses...>", "its default gateways")
    .option("--nameserver <addresses...>", "its name servers")
    .option("--mac <address>", "the port that has the addresses; else every port with a cable")
    .option("--uses <number>", "how many machines a key may introduce", wholeNumber, 1)
    .addOption(
      new Option("--valid-for <time>", "when a key expires, as 7d, 12h or 30m")
        .argParser(seconds)
        .default(7 * 86_400, "7d"),
    )
    .option("--checksum", "also of an image that is a copy of the installer, all of which is read for it")
    .option("--force", "overwrite files that exist, and settings that the installer has already");
  deployOptions(command).action(async (flags: IsoFlags) => {
    const { openGenericImage, measured } = await import("../deploy/image-files.js");
    const { checkImages, makeImage } = await import("../deploy/images.js");
    const { planImages } = await import("../deploy/plan-images.js");
    const { io } = context;
    const force = flags.force ?? false;
    const form: Form =
      flags.generic !== undefined
        ? { kind: "patched", generic: await openGenericImage(io, flags.generic, force) }
        : flags.ipxe !== undefined
          ? { kind: "ipxe", netboot: String(flags.ipxe) }
          : { kind: "seed" };
    const plans = planImages(io, flags, form.kind);
    await checkImages(io, plans, form, force);
    const key = { uses: flags.uses, validForSeconds: flags.validFor };
    const isMeasured = form.kind !== "patched" || flags.checksum === true;
    const images: Image[] = [];
    await clientOf(context, flags, async (client) => {
      for (const plan of plans) {
        const { id, scope, uses, expiresAt } = await makeImage(io, client, plan, form, key);
        const files = plan.files.map((path) => ({
          path,
          ...(isMeasured ? measured(io, path) : { bytes: null, sha256: null }),
        }));
        const image: Image = { name: plan.name, kind: form.kind, files, key: { id, scope, uses, expiresAt } };
        // One after the other, so that what was made is known also where the next cannot be.
        if (!flags.json) context.print(describe(image));
        images.push(image);
      }
    });
    if (flags.json) context.printJson({ images });
  });
}

const kinds: Readonly<Record<Form["kind"], string>> = {
  seed: "a seed, to be put in beside the installer",
  patched: "the installer, with its settings",
  ipxe: "for iPXE, beside the netboot build's files",
};

function describe({ name, kind, files, key }: Image): string {
  const lines = files.map(({ path, bytes, sha256 }) =>
    bytes === null ? visible(path) : `${visible(path)}  ${count(bytes, "byte")}  sha256 ${sha256}`,
  );
  const expiry = key.expiresAt.slice(0, 16).replace("T", " ");
  const machines = `introduces ${count(key.uses, "machine")} ${key.scope.kind === "node" ? "as" : "of site"} ${name}`;
  return `${name}: ${kinds[kind]}
${lines.map((line) => `  ${line}\n`).join("")}  Its key ${key.id} ${machines}, and expires at ${expiry} UTC. Whoever reads it has the key.
`;
}
