import {
  fromJson,
  type NixBinding,
  type NixExpression,
  nixApply,
  nixAttrs,
  nixComment,
  nixFunction,
  nixIdentifier,
  nixInherit,
  nixLet,
  nixList,
  nixMkIf,
  nixMkOption,
  nixOperation,
  nixPath,
  nixString,
  optionDeclaration,
  printNix,
  type Schema,
} from "@nix-nos/nix-render";
import type { Service } from "@plasmacloud/network";
import { z } from "zod";
import { serviceUnit } from "./service-unit.js";

const boolean = nixIdentifier("types.bool");

/** The NixOS module of a service: its options, and its unit where it is enabled. */
export function printServiceModule(service: Service): string {
  const { name, title, summary, dependsOn } = service;
  const config: NixBinding[] = [
    { path: ["networking", "firewall"], value: nixMkIf(nixIdentifier("cfg.openFirewall"), firewall(service)) },
    { path: ["systemd", "services", name], value: serviceUnit(service) },
  ];
  const body: NixBinding[] = [
    {
      path: ["key"],
      value: nixString(`plasmacloud/${name}`),
      comment: "The same module from two folders counts once.",
    },
    ...(dependsOn.length === 0
      ? []
      : [{ path: ["imports"], value: nixList(dependsOn.map((each) => nixPath(`./${each}.nix`))) }]),
    { path: ["options", "services", name], value: nixAttrs(options(service)) },
    { path: ["config"], value: nixMkIf(nixIdentifier("cfg.enable"), nixAttrs(config)) },
  ];
  const scope: NixBinding[] = [
    nixInherit(["mkOption", "types"], nixIdentifier("lib")),
    { path: ["cfg"], value: nixIdentifier(`config.services.${name}`) },
    { path: ["format"], value: nixApply("pkgs.formats.json", nixAttrs({})) },
    {
      path: ["file"],
      value: nixApply("format.generate", nixString(`${name}.json`), said),
      comment: "What the service reads: its settings, and its ports by name.",
    },
  ];
  const module = nixFunction(
    {
      arguments: [
        ["config", null],
        ["lib", null],
        ["pkgs", null],
      ],
      open: true,
    },
    nixLet(scope, nixAttrs(body)),
  );
  const comment = `${title}, ${summary}. Made from the catalogue by \`npm run docs:generate\`: edit that.`;
  return printNix(nixComment(comment, module));
}

const isSaid = nixFunction("_", nixFunction("value", nixOperation("!=", nixIdentifier("value"), fromJson(null))));
const said: NixExpression = nixOperation(
  "//",
  nixApply("lib.filterAttrs", isSaid, nixIdentifier("cfg.settings")),
  nixAttrs([nixInherit(["ports"], nixIdentifier("cfg"))]),
);

function options({ name, title, summary, settings, ports, health }: Service): readonly NixBinding[] {
  const known = Object.entries(settings).map(([setting, schema]): NixBinding => {
    const { $schema: _, ...own } = z.toJSONSchema(schema);
    return { path: [setting], value: optionDeclaration(own as Schema, false) };
  });
  const free: NixBinding = { path: ["freeformType"], value: nixIdentifier("format.type") };
  const numbers = Object.entries(ports).map(([port, { number, purpose }]): NixBinding => {
    const value = nixMkOption({
      type: nixIdentifier("types.port"),
      default: fromJson(number),
      description: nixString(`Port for ${purpose}.`),
    });
    return { path: [port], value };
  });
  const healthPort = nixApply("toString", nixIdentifier(`cfg.ports.${health.port}`));
  const healthUrl = nixString("http://localhost:", healthPort, health.path);
  return [
    { path: ["enable"], value: nixApply("lib.mkEnableOption", nixString(`${title}, ${summary}`)) },
    { path: ["package"], value: nixApply("lib.mkPackageOption", nixIdentifier("pkgs"), nixString(name), nixAttrs({})) },
    {
      path: ["settings"],
      value: nixMkOption([
        {
          path: ["type"],
          value: nixApply(
            "types.submodule",
            nixAttrs([free, ...(known.length === 0 ? [] : [{ path: ["options"], value: nixAttrs(known) }])]),
          ),
        },
        { path: ["default"], value: nixAttrs({}) },
        {
          path: ["description"],
          value: nixString(`Settings of ${title}, by name. Never secrets: everybody on the node reads them.`),
        },
      ]),
    },
    { path: ["ports"], value: nixAttrs(numbers) },
    {
      path: ["openFirewall"],
      value: nixMkOption({
        type: boolean,
        default: fromJson(false),
        description: nixString("Let others reach its ports."),
      }),
    },
    {
      path: ["healthUrl"],
      value: nixMkOption({
        type: nixIdentifier("types.str"),
        default: healthUrl,
        description: nixString("Where it answers while all is well."),
      }),
    },
  ];
}

function firewall({ ports }: Service): NixExpression {
  const bindings = (["tcp", "udp"] as const).flatMap((protocol): NixBinding[] => {
    const open = Object.entries(ports).filter(([, { protocols }]) => protocols.includes(protocol));
    if (open.length === 0) return [];
    const list = nixList(open.map(([port]) => nixIdentifier(`cfg.ports.${port}`)));
    return [{ path: [`allowed${protocol.toUpperCase()}Ports`], value: list }];
  });
  return nixAttrs(bindings);
}
