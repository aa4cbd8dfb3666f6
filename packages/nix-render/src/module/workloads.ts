import type { NodeWorkloads, OptionValue, WorkloadSection, WorkloadUnit } from "@nix-nos/topology";
import { nixApply, nixIdentifier, nixList } from "../expression/build.js";
import { fromJson } from "../expression/from-json.js";
import { type OptionTree, setOption } from "./options.js";

/** Services, timers and containers of a node, from the same units that the files are printed from. */
export function addWorkloads(tree: OptionTree, workloads: NodeWorkloads): void {
  const { containers } = workloads;
  for (const unit of allUnits(workloads)) addUnit(tree, unit);
  for (const container of containers) {
    const path = ["virtualisation", "oci-containers", "containers", container.name] as const;
    const options: Readonly<Record<string, OptionValue>> = {
      image: container.image,
      serviceName: container.name,
      cmd: container.command,
      environment: container.environment,
      environmentFiles: container.environmentFiles,
      ports: container.ports,
      volumes: container.volumes,
      extraOptions: container.options,
    };
    for (const [option, value] of Object.entries(options)) {
      if (!isEmpty(value)) setOption(tree, [...path, option], { data: value });
    }
    if (container.user !== null) setOption(tree, [...path, "user"], { data: container.user });
    if (!container.starts) setOption(tree, [...path, "autoStart"], { data: false });
    addSections(tree, ["systemd", "services", container.name], container.sections, setByNixos);
  }
  if (containers.length > 0) {
    setOption(tree, ["virtualisation", "oci-containers", "backend"], {
      data: "podman",
      comment: "The options of the containers are podman's.",
    });
  }
}

/** Units of programs and of what stands beside containers. */
export function allUnits({ units, containers }: NodeWorkloads): readonly WorkloadUnit[] {
  return [...units, ...containers.flatMap((container) => container.units)];
}

/** What NixOS says of every container's unit, which another value has to override. */
const setByNixos: ReadonlySet<string> = new Set(["Restart", "TimeoutStopSec"]);

function addUnit(tree: OptionTree, unit: WorkloadUnit): void {
  const path = ["systemd", `${unit.type}s`, unit.name.slice(0, -(unit.type.length + 1))] as const;
  addSections(tree, path, unit.sections, new Set());
  if (unit.programs.length === 0) return;
  setOption(tree, [...path, "path"], {
    expression: nixList(unit.programs.map((program) => nixIdentifier(`pkgs.${program}`))),
  });
}

/** NixOS's own options for what other modules add to as well; everything else goes through the section's set. */
const ownOptions = new Map([
  ["Unit.Description", "description"],
  ["Unit.After", "after"],
  ["Unit.Requires", "requires"],
  ["Unit.Wants", "wants"],
  ["Unit.PartOf", "partOf"],
  ["Unit.OnFailure", "onFailure"],
  ["Install.WantedBy", "wantedBy"],
]);

function addSections(
  tree: OptionTree,
  path: readonly [string, ...string[]],
  sections: readonly WorkloadSection[],
  forced: ReadonlySet<string>,
): void {
  for (const { name, entries } of sections) {
    const values = new Map<string, (string | number | boolean)[]>();
    for (const [key, value] of entries) values.set(key, [...(values.get(key) ?? []), value]);
    for (const [key, [first = "", ...more]] of values) {
      const own = ownOptions.get(`${name}.${key}`);
      if (own !== undefined) {
        setOption(tree, [...path, own], { data: own === "description" ? first : [first, ...more] });
        continue;
      }
      // A key that stands twice is a list to NixOS, which prints it once for each member.
      const data = more.length === 0 ? first : [first, ...more];
      const leaf = forced.has(key) ? { expression: nixApply("lib.mkForce", fromJson(data)) } : { data };
      setOption(tree, [...path, `${name.toLowerCase()}Config`, key], leaf);
    }
  }
}

function isEmpty(value: OptionValue | undefined): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
