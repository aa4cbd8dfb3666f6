import {
  nixApply,
  nixAttrs,
  nixComment,
  nixFunction,
  nixIdentifier,
  nixIf,
  nixInherit,
  nixLet,
  nixOperation,
  nixSelect,
  nixString,
} from "../expression/build.js";
import type { NixBinding, NixExpression } from "../expression/expression.js";
import { fromJson } from "../expression/from-json.js";
import { printNix } from "../expression/print.js";
import { optionDeclaration, type Schema } from "./options.js";

/**
 * A NixOS module that declares a topology as options, made from the topology's JSON Schema: `nix-nos.clusters`,
 * `nix-nos.network` and all below, so that a configuration can state it. `config.nix-nos.topology` is what was said, as
 * data for `nix-nos convert`; with `nix-nos.rendered`, the folder that was rendered from it, the module also gives
 * `nix-nos.network.bgp.gobgpConfig` and `nix-nos.lib`.
 *
 * @param schema - what `topologyJsonSchema` of `@nix-nos/topology` gives
 * @returns the module's text
 *
 * @example
 * ```ts
 * import { printTopologyModule } from "@nix-nos/nix-render";
 * import { topologyJsonSchema } from "@nix-nos/topology";
 *
 * printTopologyModule(topologyJsonSchema([])).includes("autonomousSystems = mkOption {"); // => true
 * ```
 */
export function printTopologyModule(schema: Readonly<Record<string, unknown>>): string {
  const own = (schema as Schema).properties?.["nix-nos"] ?? {};
  const module = nixFunction(
    {
      arguments: [
        ["config", null],
        ["lib", null],
        ["pkgs", null],
      ],
      open: true,
    },
    nixLet(
      [
        nixInherit(["mkOption", "types"], nixIdentifier("lib")),
        { path: ["cfg"], value: nixIdentifier("config.nix-nos") },
        { path: ["host"], value: nixIdentifier("config.networking.hostName") },
        { path: ["said"], value: said, comment: "What was said, without what was not." },
        { path: ["rendered"], value: rendered },
        { path: ["gobgpFile"], value: nixOperation("+", nixIdentifier("rendered"), gobgpPath) },
      ],
      nixAttrs([
        { path: ["options", "nix-nos"], value: declared(own, [], extraOptions) },
        { path: ["config", "nix-nos"], value: nixAttrs(answers(own)) },
      ]),
    ),
  );
  const comment = `A topology as options of NixOS. Made from the topology's schema by \`npm run docs:generate\`: edit that.`;
  return printNix(nixComment(comment, module));
}

/** Sets of options that a configuration reads from even where it says nothing: the others are `null` then. */
const open: ReadonlySet<string> = new Set(["network", "network.bgp"]);

/** The options of an object, with those that the module adds to it. */
function declared(
  schema: Schema,
  at: readonly string[],
  extra: Readonly<Record<string, readonly NixBinding[]>>,
): NixExpression {
  const bindings = Object.entries(schema.properties ?? {}).map(([name, own]): NixBinding => {
    const path = [...at, name];
    if (open.has(path.join("."))) return { path: [name], value: declared(own, path, extra) };
    const isRequired = schema.required?.includes(name) ?? false;
    const option = optionDeclaration(own, isRequired);
    return { path: [name], value: isRequired && at.length === 0 ? withDefault(option, nixAttrs({})) : option };
  });
  return nixAttrs([...bindings, ...(extra[at.join(".")] ?? [])]);
}

/** A configuration that says nothing is no mistake; an empty topology is, and is told when it is read. */
function withDefault(option: NixExpression, value: NixExpression): NixExpression {
  if (option.type !== "apply" || option.arguments[0]?.type !== "attrs") return option;
  const [type, ...rest] = option.arguments[0].bindings;
  const bindings = [...(type === undefined ? [] : [type]), { path: ["default"], value }, ...rest];
  return nixApply(option.function, { type: "attrs", bindings });
}

function answer(type: string, description: string): NixExpression {
  return nixApply(
    "mkOption",
    nixAttrs([
      { path: ["type"], value: nixIdentifier(type) },
      { path: ["readOnly"], value: fromJson(true) },
      { path: ["description"], value: nixString(description) },
    ]),
  );
}

const extraOptions: Readonly<Record<string, readonly NixBinding[]>> = {
  "": [
    {
      path: ["services"],
      value: nixApply(
        "mkOption",
        nixAttrs([
          { path: ["type"], value: nixApply("types.attrsOf", nixIdentifier("types.anything")) },
          { path: ["default"], value: nixAttrs({}) },
          {
            path: ["description"],
            value: nixString("What the layers above the network add: the topology's `services`."),
          },
        ]),
      ),
    },
    {
      path: ["rendered"],
      value: nixApply(
        "mkOption",
        nixAttrs([
          { path: ["type"], value: nixApply("types.nullOr", nixIdentifier("types.path")) },
          { path: ["default"], value: fromJson(null) },
          { path: ["description"], value: nixString("The folder that `nix-nos render` wrote.") },
        ]),
      ),
    },
    { path: ["topology"], value: answer("types.raw", "The topology as data, for `nix-nos convert`.") },
    { path: ["lib"], value: answer("types.raw", "What `nix/default.nix` of the rendered folder answers with.") },
  ],
  "network.bgp": [
    { path: ["gobgpConfig"], value: answer("types.path", "GoBGP's configuration file for this host, as YAML.") },
  ],
};

const value = nixIdentifier("value");
const said = nixFunction(
  "value",
  nixIf(
    nixApply("builtins.isAttrs", value),
    nixApply(
      "builtins.mapAttrs",
      nixFunction("_", nixIdentifier("said")),
      nixApply(
        "lib.filterAttrs",
        nixFunction("_", nixFunction("member", nixOperation("!=", nixIdentifier("member"), fromJson(null)))),
        value,
      ),
    ),
    nixIf(nixApply("builtins.isList", value), nixApply("map", nixIdentifier("said"), value), value),
  ),
);

const rendered = nixIf(
  nixOperation("==", nixIdentifier("cfg.rendered"), fromJson(null)),
  nixApply("throw", nixString("nix-nos.rendered is not set: it is the folder that `nix-nos render` wrote")),
  nixIdentifier("cfg.rendered"),
);
const gobgpPath = nixString("/nodes/", nixIdentifier("host"), "/gobgp/gobgpd.yaml");

/** Values of the options that the module answers with. */
function answers(schema: Schema): readonly NixBinding[] {
  const ofHost = (name: string) => nixApply(nixSelect(nixIdentifier("cfg"), "lib", name), nixIdentifier("host"));
  const written = nixApply(
    "pkgs.writeText",
    nixString("gobgpd.yaml"),
    nixApply(
      "cfg.lib.generateGobgpConfig",
      nixAttrs({ localAs: ofHost("getLocalAs"), routerId: ofHost("getRouterId"), neighbors: ofHost("getPeers") }),
    ),
  );
  const isSilent = nixOperation("==", nixIdentifier("cfg.services"), nixAttrs({}));
  const topology = nixApply(
    "said",
    nixAttrs({
      "nix-nos": stated(schema, []),
      services: nixIf(isSilent, fromJson(null), nixIdentifier("cfg.services")),
    }),
  );
  return [
    { path: ["topology"], value: topology },
    {
      path: ["lib"],
      value: nixSelect(nixApply("import", nixOperation("+", nixIdentifier("rendered"), nixString("/nix"))), "lib"),
    },
    {
      path: ["network", "bgp", "gobgpConfig"],
      value: nixIf(nixApply("builtins.pathExists", nixIdentifier("gobgpFile")), nixIdentifier("gobgpFile"), written),
    },
  ];
}

/** The options of the topology itself, without what the module answers with. */
function stated(schema: Schema, at: readonly string[]): NixExpression {
  const names = Object.keys(schema.properties ?? {});
  const isOpen = (name: string) => open.has([...at, name].join("."));
  return nixAttrs([
    nixInherit(
      names.filter((name) => !isOpen(name)),
      nixSelect(nixIdentifier("config"), "nix-nos", ...at),
    ),
    ...names
      .filter(isOpen)
      .map((name): NixBinding => ({ path: [name], value: stated(schema.properties?.[name] ?? {}, [...at, name]) })),
  ]);
}
