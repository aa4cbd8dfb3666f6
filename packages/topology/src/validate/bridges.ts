import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { parseVlanRange } from "../document/text.js";
import { entriesOf, itemsOf, type Loose } from "./loose.js";

type Bridge = Loose<TopologyInterface>;

/** A bridge's ports are its members, its VLANs are known, and its timers agree. */
export function checkBridge(
  bridge: Bridge,
  path: Path,
  vlans: ReadonlyMap<string, number | undefined>,
  diagnostics: Diagnostic[],
): void {
  const error = (code: string, message: string, place: Path, hint: string) =>
    diagnostics.push({ code, severity: "error", message, path: place, hint });
  const filters = bridge.vlanFiltering ?? false;
  const checkVlan = (value: string | number, place: Path, single: boolean) => {
    if (typeof value === "number" || value === "none") return;
    if (parseVlanRange(value) !== null) {
      if (single)
        error("NN1316", "Untagged frames are in one VLAN, not in a range.", place, "Give one number or name.");
    } else if (!vlans.has(value)) {
      const hint = didYouMean(value, vlans.keys()) ?? "Add it under `network.vlans`.";
      error("NN1214", `Unknown VLAN ${quote(value)}.`, place, hint);
    }
  };
  const needsFiltering = (place: Path) => {
    const message = "A bridge that does not filter carries every VLAN on every port.";
    error("NN1315", message, place, "Set `vlanFiltering: true` on the bridge, or remove the key.");
  };
  if (bridge.pvid !== undefined) {
    if (filters) checkVlan(bridge.pvid, [...path, "pvid"], true);
    else needsFiltering([...path, "pvid"]);
  }
  const members = itemsOf(bridge.members).map(([, member]) => member);
  for (const [name, port] of entriesOf(bridge.ports)) {
    const place: Path = [...path, "ports", name];
    if (bridge.members !== undefined && !members.includes(name)) {
      const hint = didYouMean(name, members) ?? "Add it to `members`.";
      error("NN1314", `${quote(name)} is no member of the bridge.`, place, hint);
      continue;
    }
    const keys = (["vlans", "pvid"] as const).filter((key) => port[key] !== undefined);
    if (!filters && keys[0] !== undefined) {
      needsFiltering([...place, keys[0]]);
      continue;
    }
    for (const [index, vlan] of itemsOf(port.vlans)) checkVlan(vlan, [...place, "vlans", index], false);
    if (port.pvid !== undefined) checkVlan(port.pvid, [...place, "pvid"], true);
    if (filters && port.pvid === "none" && itemsOf(port.vlans).length === 0) {
      error("NN1315", `The port ${quote(name)} carries no VLAN at all.`, place, "Give it `vlans` or a `pvid`.");
    }
  }
  checkSpanningTree(bridge, path, error);
}

const spanningTreeKeys = ["priority", "forwardDelay", "helloTime", "maxAge"] as const;

function checkSpanningTree(
  bridge: Bridge,
  path: Path,
  error: (code: string, message: string, place: Path, hint: string) => void,
): void {
  const written = spanningTreeKeys.filter((key) => bridge[key] !== undefined);
  if (bridge.stp !== true) {
    const [first] = written;
    if (first === undefined || (Object.hasOwn(bridge, "stp") && bridge.stp === undefined)) return;
    const message = `${quote(first)} is the spanning tree protocol's, which the bridge does not run.`;
    error("NN1317", message, [...path, first], "Set `stp: true`, or remove the key.");
    return;
  }
  const { forwardDelay = 15, helloTime = 2, maxAge = 20 } = bridge;
  const place = written.find((key) => key !== "priority");
  if (place === undefined || (2 * (forwardDelay - 1) >= maxAge && maxAge >= 2 * (helloTime + 1))) return;
  const message = `forwardDelay ${forwardDelay}, helloTime ${helloTime} and maxAge ${maxAge} do not go together (IEEE 802.1D, 8.10.2).`;
  error("NN1317", message, [...path, place], "2 × (forwardDelay - 1) ≥ maxAge ≥ 2 × (helloTime + 1).");
}
