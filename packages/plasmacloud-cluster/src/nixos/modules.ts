import { nixAttrs, nixComment, nixList, nixPath, printNix } from "@nix-nos/nix-render";
import { catalogue } from "../catalogue/services.js";
import { handWritten } from "./hand-written.js";
import { printServiceModule } from "./service-module.js";

/** The module that brings all others, in the folder of them. */
export const entryModule = "plasmacloud.nix";

const firstBootModule = "first-boot-automation.nix";

/** Every file of the folder: what is made from the catalogue, and first boot, which is written by hand. */
export function moduleFiles(): Readonly<Record<string, string>> {
  return { ...nixosModules(), ...handWritten };
}

/**
 * The NixOS modules that declare the services' options, by file name: one of each service and `plasmacloud.nix`, which
 * imports them all and first boot. They stand in `nix/modules`, and a rendered tree has them too.
 *
 * @example
 * ```ts
 * import { nixosModules } from "@plasmacloud/cluster";
 *
 * Object.keys(nixosModules()).includes("chainfire.nix"); // => true
 * ```
 */
export function nixosModules(): Readonly<Record<string, string>> {
  const services = [...catalogue.values()].map(
    (service) => [`${service.name}.nix`, printServiceModule(service)] as const,
  );
  const imports = [...services.map(([file]) => file), firstBootModule].map((file) => nixPath(`./${file}`));
  const all = nixAttrs([
    { path: ["key"], value: { type: "string", parts: ["plasmacloud"] } },
    { path: ["imports"], value: nixList(imports) },
  ]);
  const comment = "Every PlasmaCloud service as a NixOS module. Made from the catalogue by `npm run docs:generate`.";
  return Object.fromEntries([...services, [entryModule, printNix(nixComment(comment, all))]]);
}
