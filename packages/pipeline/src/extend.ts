import type { Extension, Layer, LoadedTopology, Network } from "@nix-nos/topology";
import type { Findings } from "./findings.js";

type Document = LoadedTopology["document"];

/** The network with what other layers add to it. */
export function extend(
  document: Document,
  network: Network,
  findings: Findings,
  extensions: readonly Extension[],
  layers?: ReadonlySet<Layer>,
): Network {
  const services = servicesOf(document);
  const taken = upTo(extensions, layers);
  const extended = taken.reduce(
    (before, extension) =>
      extension.extend === undefined ? before : findings.need(extension.extend(before, services(extension))),
    network,
  );
  return taken.length < extensions.length ? keepingRecords(extended) : extended;
}

/** A layer's files are what they are without any layer above: what is left out also says nothing in them. */
export function upTo(extensions: readonly Extension[], layers: ReadonlySet<Layer> = new Set()): readonly Extension[] {
  const highest = Math.max(...(layers.size === 0 ? [3] : layers));
  return extensions.filter(({ layer }) => layer <= highest);
}

/** The part of `services` that belongs to an extension. */
export function servicesOf(document: Document) {
  const all = new Map<string, unknown>(Object.entries(document.services ?? {}));
  return (extension: Extension) => {
    const own = Object.keys(extension.schema).filter((name) => all.has(name));
    return Object.fromEntries(own.map((name) => [name, all.get(name)]));
  };
}

/** What an extension that is left out has on record stays on record: nobody gave it back. */
function keepingRecords(network: Network): Network {
  const { allocations = {}, released = {} } = network.earlier ?? {};
  const pools = new Set(network.pools.map(({ name }) => name));
  const kept = Object.entries(allocations).filter(([, { pool }]) => !pools.has(pool));
  const keys = new Set(kept.map(([key]) => key));
  return {
    ...network,
    allocations: { ...network.allocations, ...Object.fromEntries(kept) },
    released: Object.fromEntries([
      ...Object.entries(network.released).filter(([key]) => !keys.has(key)),
      ...Object.entries(released).filter(([key]) => keys.has(key)),
    ]),
  };
}
