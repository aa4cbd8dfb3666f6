import type { Contribution, OptionValue } from "@nix-nos/topology";

type Options = { readonly [option: string]: OptionValue };

/** Two services' contributions as one; of a node that has both, `services` has both. */
export function joinContributions(first: Contribution, second: Contribution): Contribution {
  const options = new Map<string, Options>(first.nixosOptions ?? []);
  for (const [node, own] of second.nixosOptions ?? []) {
    const before = options.get(node) ?? {};
    const services = { ...(before.services as Options | undefined), ...(own.services as Options | undefined) };
    options.set(node, { ...before, ...own, services });
  }
  return {
    artifacts: [...first.artifacts, ...second.artifacts],
    nixosOptions: options,
    nixosModules: new Map([...(first.nixosModules ?? []), ...(second.nixosModules ?? [])]),
  };
}
