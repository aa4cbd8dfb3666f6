import {
  fromJson,
  type NixBinding,
  nixAttrs,
  nixComment,
  nixFunction,
  nixIdentifier,
  nixInherit,
  nixLet,
  nixList,
  optionDeclaration,
  printNix,
  type Schema,
} from "@nix-nos/nix-render";
import type { Service } from "@plasmacloud/network";
import { z } from "zod";
import { catalogue } from "../catalogue/services.js";

/** What `service.nix` makes a module of each service from: a list in the order of dependencies, as a function of `lib`. */
export function printCatalogue(): string {
  const list = nixList([...catalogue.values()].map((service) => nixAttrs(entryOf(service))));
  const scope = nixInherit(["mkOption", "types"], nixIdentifier("lib"));
  const comment = "The services, each after those that it depends on. Made by `npm run docs:generate`.";
  return printNix(nixComment(comment, nixFunction("lib", nixLet([scope], list))));
}

function entryOf({ plane: _, quorum: __, metrics: ___, ports, settings, ...rest }: Service): readonly NixBinding[] {
  const data = { ...rest, ports: Object.entries(ports).map(([name, port]) => ({ name, ...port })) };
  const declared = Object.entries(settings).map(([setting, schema]): NixBinding => {
    const { $schema: _, ...own } = z.toJSONSchema(schema);
    return { path: [setting], value: optionDeclaration(own as Schema, false) };
  });
  return [
    ...Object.entries(data).map(([key, value]): NixBinding => ({ path: [key], value: fromJson(value) })),
    { path: ["settings"], value: nixAttrs(declared) },
  ];
}
