import { describe, expect, it } from "vitest";
import { plasmacloudCluster } from "../extension.js";
import { loaded } from "../network.test-support.js";
import { placeServices } from "../placement/placement.js";
import { checkScrapes, planScrapes } from "./plan.js";

/** `a: tokyo n1=nightlight n2=iam`: a cluster, its site or `-`, its nodes with their services; `n3!=iam` has no address. */
function topology(...clusters: readonly string[]): string {
  let address = 0;
  const nodes = (list: readonly string[]) =>
    list.map((text) => {
      const [name = "", services = ""] = text.split("=");
      if (name.endsWith("!")) return `${name.replace("!", "")}: { role: worker, services: [${services}] }`;
      address++;
      const zone = `interfaces: { eth0: { addresses: ["fd00:${address}::1/64"], zone: lan } }`;
      return `${name}: { role: worker, ip: "fd00::${address}", ${zone}, services: [${services}] }`;
    });
  const own = clusters.map((text) => {
    const [name = "", site, ...list] = text.split(/:? /);
    return `${name}: { ${site === "-" ? "" : `site: ${site}, `}nodes: { ${nodes(list).join(", ")} } }`;
  });
  return `nix-nos: { sites: { tokyo: {}, osaka: {} }, clusters: { ${own.join(", ")} } }`;
}

function scraped(text: string): Readonly<Record<string, readonly string[]>> {
  const { network, services } = loaded(text);
  const plans = planScrapes(network, placeServices(network, services));
  return Object.fromEntries(
    plans.map(({ scraper, jobs }) => [
      scraper.node.name,
      jobs.flatMap(({ name, targets }) => targets.map(({ labels }) => `${name} ${labels["node"]}`)),
    ]),
  );
}

describe("who scrapes whom", () => {
  it.each<[string, string, Readonly<Record<string, readonly string[]>>]>([
    [
      "each its own cluster, every one of several everything",
      topology("a: tokyo n1=nightlight n2=nightlight", "b: tokyo n3=nightlight n4=iam"),
      {
        n1: ["nightlight n1", "nightlight n2"],
        n2: ["nightlight n1", "nightlight n2"],
        n3: ["nightlight n3", "iam n4"],
      },
    ],
    [
      "a cluster without one is its site's",
      topology("a: tokyo n1=nightlight", "b: osaka n2=nightlight", "c: osaka n3=iam"),
      { n1: ["nightlight n1"], n2: ["nightlight n2", "iam n3"] },
    ],
    [
      "a site without one, and no site, is everybody's",
      topology("a: tokyo n1=nightlight", "b: - n2=nightlight", "c: osaka n3=iam", "d: - n4=iam"),
      { n1: ["nightlight n1", "iam n3", "iam n4"], n2: ["nightlight n2", "iam n3", "iam n4"] },
    ],
    ["where there is none, nobody", topology("a: - n1=iam"), {}],
  ])("%s", (_name, text, expected) => {
    expect(scraped(text)).toEqual(expected);
  });
});

it("a node without an address is warned of, once, where anybody would scrape it", () => {
  const said = (text: string) => {
    const { network, services } = loaded(text);
    return checkScrapes(network, placeServices(network, services)).map(({ code, path }) => `${code} ${path.at(-1)}`);
  };
  expect(said(topology("a: - n1=nightlight n2!=iam,chainfire"))).toEqual(["PC3060 n2"]);
  expect(said(topology("a: - n1=iam n2!=iam"))).toEqual([]);
});

it("a firewall lets in whoever scrapes, at the port with the metrics alone", () => {
  const { network, services } = loaded(topology("a: - n1=nightlight", "b: - n2=chainfire"));
  const openings = plasmacloudCluster.extend?.(network, services).value?.firewall.openings ?? [];
  const own = openings.filter(({ node }) => node === "n2").map(({ name, sources }) => [name, sources]);
  expect(own).toEqual([
    ["ChainFire: client", ["fd00::1/128", "fd00::2/128"]],
    ["ChainFire: peer", ["fd00::2/128"]],
  ]);
});

it("a file that the topology names is the one that is read", () => {
  const paths = (text: string) => {
    const { network, services } = loaded(text);
    const { value } = plasmacloudCluster.render(network, {}, services);
    return value?.artifacts.map(({ path }) => path).filter((path) => path.includes("nightlight/"));
  };
  const text = topology("a: - n1=nightlight");
  expect(paths(text)).toEqual(["nodes/n1/nightlight/prometheus.yml", "nodes/n1/nightlight/default.nix"]);
  expect(paths(`${text}\nservices: { nightlight: { settings: { configFile: /srv/own.yml } } }`)).toEqual([]);
});
