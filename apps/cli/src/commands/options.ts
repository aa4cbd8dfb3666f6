import type { Layer } from "@nix-nos/topology";
import { type Command, InvalidArgumentError, Option } from "commander";
import { usageFailure } from "../failure.js";
import type { Selection } from "../write/selection.js";

/** The flags by which a command writes only a part. */
export interface SelectionFlags {
  readonly layer?: readonly Layer[];
  readonly node?: readonly string[];
  readonly kind?: readonly string[];
}

export function topologyArgument(command: Command): Command {
  return command.argument("[topology]", "a .yaml, .json or .nix file, or - for YAML on standard input");
}

export function jsonOption(command: Command): Command {
  return command.option("--json", "print one JSON document, and nothing else, on standard output");
}

export function selectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--layer <layer>", "only files of a layer: 1, 2 or 3; may be repeated").argParser(
        (text: string, before: readonly Layer[] | undefined) => [...(before ?? []), parseLayer(text)],
      ),
    )
    .option("--node <names...>", "only files of these nodes")
    .option("--kind <kinds...>", "only files of these kinds, as bird or networkd");
}

/**
 * The topology's name and the selection, from the command line.
 *
 * `--node` and `--kind` take several names, so `--node node01 topology.yaml` would take the file for one of them; a
 * name that ends like a topology, where none was given, is the topology.
 */
export function readSelection(
  topology: string | undefined,
  flags: SelectionFlags,
): { readonly topology: string; readonly selection: Selection } {
  const nodes = [...(flags.node ?? [])];
  const kinds = [...(flags.kind ?? [])];
  let file = topology;
  for (const list of [nodes, kinds]) {
    if (file === undefined && /\.(yaml|yml|json|nix)$|^-$/i.test(list.at(-1) ?? "")) file = list.pop();
  }
  const selection = { layers: new Set(flags.layer), nodes: new Set(nodes), kinds: new Set(kinds) };
  return { topology: requireTopology(file), selection };
}

export function requireTopology(topology: string | undefined): string {
  if (topology !== undefined) return topology;
  throw usageFailure("NN9016", "No topology was named.", "Name a .yaml, .json or .nix file, or - for standard input.");
}

function parseLayer(text: string): Layer {
  const layer = Number(text);
  if (layer === 1 || layer === 2 || layer === 3) return layer;
  throw new InvalidArgumentError("A layer is 1, 2 or 3.");
}
