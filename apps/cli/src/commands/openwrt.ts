import { gzipSync } from "node:zlib";
import { configTar } from "@nix-nos/openwrt-render";
import type { Command } from "commander";
import { usageFailure } from "../failure.js";
import { renderTopology } from "../pipeline.js";
import { refuseExisting, writeDestination } from "../write/destination.js";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";

interface Flags {
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addOpenwrt(program: Command, context: Context): void {
  const group = program.command("openwrt").description("OpenWrt devices");
  const command = group
    .command("tarball")
    .description("one node's files as an archive for `sysupgrade -r`; the same topology gives the same bytes")
    .argument("<topology>", "a .yaml, .json or .nix file, or - for YAML on standard input")
    .argument("<node>", "a node with `platform: openwrt`")
    .argument("<out>", "the file to write, as router.tar.gz")
    .option("--force", "overwrite the file if it exists");
  jsonOption(command).action(async (topology: string, node: string, out: string, flags: Flags) => {
    const { io, texts } = context;
    if (!flags.force) refuseExisting(io, out);
    const { artifacts, warnings } = await renderTopology(io, { topology, texts });
    const root = `nodes/${node}/openwrt/`;
    const files = [...artifacts].flatMap(({ path, text, secret = false }) => {
      return path.startsWith(root) ? [{ path: path.slice(root.length), text, secret }] : [];
    });
    context.warn(warnings);
    if (files.length === 0) {
      throw usageFailure(
        "NN9010",
        `There is no OpenWrt node ${JSON.stringify(node)}.`,
        "It needs `platform: openwrt`.",
      );
    }
    const archive = gzipSync(configTar(files), { level: 9 });
    writeDestination(io, out, archive);
    if (flags.json) context.printJson({ file: out, node, files: files.map(({ path }) => path), bytes: archive.length });
    else
      context.print(
        `${out}: ${files.length} files of ${node}; on the device: sysupgrade -r ${out.split("/").at(-1)}\n`,
      );
  });
}
