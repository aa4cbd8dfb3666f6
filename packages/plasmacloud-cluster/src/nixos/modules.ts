import { nixApply, nixComment, nixPath, nixString, printNix } from "@nix-nos/nix-render";
import type { Service } from "@plasmacloud/network";
import { catalogue } from "../catalogue/services.js";
import { printCatalogue } from "./catalogue-file.js";
import { handWritten } from "./hand-written.js";

/** The module that brings all others, in the folder of them. */
export const entryModule = "plasmacloud.nix";

/** Every file of the folder: what is made from the catalogue, and what is written by hand. */
export function moduleFiles(): Readonly<Record<string, string>> {
  return { ...nixosModules(), ...handWritten };
}

/**
 * What is made from the catalogue among the NixOS modules that declare the services' options, by file name: a module of
 * each service, and `catalogue.nix`, their data. They stand in `nix/modules`, and a rendered tree has them too.
 *
 * @example
 * ```ts
 * import { nixosModules } from "@plasmacloud/cluster";
 *
 * Object.keys(nixosModules()).includes("chainfire.nix"); // => true
 * ```
 */
export function nixosModules(): Readonly<Record<string, string>> {
  const services = [...catalogue.values()].map((service) => [`${service.name}.nix`, moduleOf(service)] as const);
  return Object.fromEntries([...services, ["catalogue.nix", printCatalogue()]]);
}

function moduleOf({ name, title, summary }: Service): string {
  return printNix(nixComment(`${title}, ${summary}.`, nixApply("import", nixPath("./service.nix"), nixString(name))));
}
