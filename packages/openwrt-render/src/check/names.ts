import { type Diagnostic, type Node, type NodeFirewall, quote } from "@nix-nos/topology";
import { isTunnel } from "../network/stack.js";
import { isUciName } from "../uci/document.js";

/** Names that are seen on the device and that UCI, or firewall4, cannot hold (NN6001). */
export function checkNames(node: Node, firewall: NodeFirewall | undefined): readonly Diagnostic[] {
  const tunnels = node.interfaces
    .filter((entry) => isTunnel(entry) && (!isUciName(entry.name) || reserved.has(entry.name)))
    .map(({ name, kind, path }): Diagnostic => {
      const message = `OpenWrt makes the ${kind} interface ${quote(name)} of a section of that name, which UCI cannot hold.`;
      const hint = `Use letters, digits and _, as ${quote(name.replace(/\W/g, "_"))}, and not \`loopback\` or \`globals\`.`;
      return { code: "NN6001", severity: "error", message, path, hint };
    });
  const zones = (firewall?.zones ?? [])
    .filter(({ name }) => !/^[A-Za-z_.][\w.-]*$/.test(name))
    .map(({ name, interfaces: [first] }): Diagnostic => {
      const entry = node.interfaces.find((own) => own.name === first);
      const message = `The zone ${quote(name)} of ${quote(node.name)} cannot be a chain of OpenWrt's firewall, whose names begin with a letter.`;
      const path = [...(entry?.path ?? node.path), "zone"];
      return {
        code: "NN6001",
        severity: "error",
        message,
        path,
        hint: "Give the zone a name that begins with a letter.",
      };
    });
  return [...tunnels, ...zones];
}

/** Sections that every device has. */
const reserved: ReadonlySet<string> = new Set(["loopback", "globals"]);
