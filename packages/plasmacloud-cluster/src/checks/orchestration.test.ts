import { planZones, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { plasmacloudCluster } from "../extension.js";
import { loaded } from "../network.test-support.js";

function problems(cluster: string): readonly string[] {
  const more = "control: { nodes: { c1: { role: control-plane, ip: 10.0.0.9, services: [chainfire, flaredb, iam] } } }";
  const { network, services } = loaded(`nix-nos: { domain: a.example, clusters: { ${more}, lab: { ${cluster} } } }`);
  const zones = unwrap(planZones(network));
  return plasmacloudCluster
    .render(network, { zones }, services)
    .diagnostics.map(({ code, severity, path }) => `${code} ${severity} ${path.slice(3).join(".")}`);
}

const node = (services: string) => `nodes: { n1: { role: worker, ip: 10.0.0.1, services: [${services}] } }`;
const workloads = (...names: readonly string[]) =>
  `workloads: { ${names.map((name) => `${name}: { command: [/bin/x], nodes: [n1] }`).join(", ")} }`;

describe("orchestration", () => {
  it.each<[string, string, readonly string[]]>([
    ["k8shost with k8shost", `orchestration: k8shost, ${node("k8shost")}`, []],
    ["k8shost without k8shost", `orchestration: k8shost, ${node("")}`, ["PC3072 error orchestration"]],
    [
      "k8shost beside workloads, which are one mistake",
      `orchestration: k8shost, ${node("k8shost")}, ${workloads("one", "two")}`,
      ["PC3071 error workloads.one"],
    ],
    ["systemd with workloads", `orchestration: systemd, ${node("")}, ${workloads("one")}`, []],
    ["systemd with k8shost", `orchestration: systemd, ${node("k8shost")}`, ["PC3073 warning nodes.n1.services"]],
    ["nothing said of it", `${node("k8shost")}, ${workloads("one")}`, []],
    ["a slip", `orchestration: k8shots, ${node("k8shost")}`, ["PC3070 error orchestration"]],
    ["another cloud's", `orchestration: nomad, ${node("")}`, ["PC3070 error orchestration"]],
  ])("%s", (_name, cluster, said) => {
    expect(problems(cluster)).toEqual(said);
  });
});
