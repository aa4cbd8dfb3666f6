// Every text that a topology takes without bounds, on its way to NixOS: refused, or there unchanged and nowhere else.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../apps/cli/src/cli.test-support.js";
import { extensions } from "../apps/cli/src/extensions.js";
import { topologySchema } from "../packages/topology/src/document/schema.js";
import { servicesSchema } from "../packages/topology/src/document/services-schema.js";
import { nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";
import { type Place, placesThatTake, putText } from "./support/free-text.js";

const support = join(root, "tests/support");

const hostile = [
  `'' + abort "x" + '' \${builtins.abort "x"} ''\${a} \\ $(reboot) \`reboot\` } accept; -- */ /* # é \u{1F98A}`,
  'a"; evil = true; #',
  "line\nfeed",
  "tab\tand\rreturn and bell\u0007",
  "line separator \u2028",
  "%n ${x}",
];

const schema = topologySchema(servicesSchema(extensions));
/** Without what is OpenWrt's own: it goes to no NixOS, and what a device reads of it is openwrt-render's to try. */
const placesOf = (texts: readonly string[]) =>
  placesThatTake(schema, texts).filter((place) => !place.includes("openwrt"));
const services = [...new Set(placesOf(hostile).flatMap(([part, name = ""]) => (part === "services" ? [name] : [])))];

/** n1 has what is said of one node, n2 what is said of its cluster, n3 what is said of all. */
const cluster = (node: string, address: string, more: object = {}) => ({
  nodes: {
    [node]: { role: "edge", ip: address, services, interfaces: { eth0: { addresses: [`${address}/24`] } } },
  },
  ...more,
});
const program = { nodes: ["n1"], command: ["/bin/true", ""] };
const base = {
  "nix-nos": {
    clusters: {
      c1: cluster("n1", "10.0.0.1", {
        workloads: {
          web: { ...program, healthCheck: { http: { port: 80 } } },
          probed: { ...program, healthCheck: { exec: ["/bin/true", ""] } },
        },
      }),
      c2: cluster("n2", "10.0.0.2"),
      c3: cluster("n3", "10.0.0.3"),
    },
    network: {
      bgp: {
        autonomousSystems: { "65000": { members: ["n1"] } },
        peers: { up: { node: "n1", remoteAs: 64500, address: "10.0.0.9", localAddress: "10.0.0.1" } },
      },
    },
  },
};

/** A text at many places at once, and the paths of these. */
function documentWith(places: readonly Place[], textOf: (index: number) => string) {
  const document = structuredClone(base);
  const paths = places.map((place, index) => {
    const keyOf = (path: Place) => {
      const record = path.at(-1) ?? "";
      if (record === "workloads") return place.includes("exec") ? "probed" : "web";
      const keys: Readonly<Record<string, string>> = {
        clusters: path[0] === "services" ? "c2" : "c1",
        nodes: "n1",
        peers: "up",
      };
      // Further settings, each with a key of its own, so that none hides another.
      return keys[record] ?? `k${index}`;
    };
    return putText(document, place, textOf(index), keyOf);
  });
  return { document, paths };
}

interface Verdict {
  /** Where the files are. */
  readonly out: string;
  /** Paths that were found wrong; none where the files are written. */
  readonly refused: readonly Place[];
}

async function render(document: object): Promise<Verdict> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.json"), JSON.stringify(document));
  const { code, stdout } = await run(folder, ["render", "t.json", "--out", "out", "--json"]);
  const { diagnostics = [] }: { diagnostics?: { code: string; severity: string; path: (string | number)[] }[] } =
    JSON.parse(stdout);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(code).toBe(errors.length > 0 ? 1 : 0);
  return { out: join(folder, "out"), refused: errors.map(({ path }) => path.map(String)) };
}

/** The configurations that the three nodes' modules come to. */
function configurations(out: string): unknown {
  const nodes = ["n1", "n2", "n3"].map((node) => `(configuration ${out}/nodes/${node}/nixos/default.nix)`);
  return nixEval(`
    let
      system = import ${support}/modules.nix;
      configuration = module: system.evalModules {
        pkgs = import ${support}/pkgs.nix system.lib;
        modules = [ { options = import ${support}/nixos-options.nix system.lib; } module ];
      };
    in [ ${nodes.join(" ")} ]
  `);
}

function birdFile(out: string): string {
  return readFileSync(join(out, "nodes/n1/bird/bird.conf"), "utf8");
}

/** Every text and number of a configuration by its path, and the names on the way there. */
function leaves(value: unknown, path = ""): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}/${key}`));
}

/** A text of a configuration, and what the JSON or the unit that it stands in says. */
function readings(leaf: string): readonly string[] {
  const unit = leaf.replaceAll(/\\(["\\])/g, "$1").replaceAll("%%", "%");
  return [leaf, leaf.replaceAll(/"(?:[^"\\]|\\.)*"/g, spoken), unit, unit.replaceAll("$$", "$")];
}

/** What a text in quotes is in JSON, if it is JSON. */
function spoken(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}

const marker = (index: number) => `marker${index}m`;
/** Whether what was found wrong is the text, or the list that it is in. */
const isAt = (path: Place, found: Place) =>
  found.length >= path.length - 1 && path.every((key, index) => index >= found.length || found[index] === key);

it.each(hostile)("%j", { timeout: 120_000 }, async (text) => {
  // Those that are refused are left out, until the rest is taken.
  let places = placesOf([text]);
  let verdict: Verdict;
  do {
    const { document, paths } = documentWith(places, () => text);
    verdict = await render(document);
    const wrong = paths.map((path) => verdict.refused.some((found) => isAt(path, found)));
    expect(verdict.refused.length > 0 && !wrong.includes(true), JSON.stringify(verdict.refused)).toBe(false);
    places = places.filter((_, index) => !wrong[index]);
  } while (verdict.refused.length > 0);
  // A name that nobody bounds is a reference, and there is nobody of such a name.
  expect(places.filter((place) => place.at(-1) === "{key}")).toEqual([]);

  const plain = await render(documentWith(places, marker).document);
  expect(plain.refused).toEqual([]);
  const [before, after] = [plain, verdict].map(({ out }) => new Map(leaves(configurations(out))));
  if (before === undefined || after === undefined) throw new Error("no configuration");
  expect([...after.keys()]).toEqual([...before.keys()]);
  const found = new Set<string>();
  for (const [path, leaf] of before) {
    const own = after.get(path);
    const markers = typeof leaf === "string" ? (leaf.match(/marker\d+m/g) ?? []) : [];
    for (const each of markers) found.add(each);
    // A file that the module reads whole; what BIRD cannot say is not for Nix to bring back.
    if (path === "/0/services/bird/config") expect(own).toBe(birdFile(verdict.out));
    else if (markers.length === 0) expect(own, path).toEqual(leaf);
    else
      expect(
        readings(String(own)).some((reading) => reading.includes(text)),
        `${path}: ${own}`,
      ).toBe(true);
  }
  const lost = places.filter((_, index) => !found.has(marker(index)));
  expect(lost.map((place) => place.join("."))).toEqual([]);
});

it("each of them, converted to Nix and read back, is the same text", () => {
  const folder = temporaryFolder();
  const block = (start: number) =>
    String.fromCodePoint(...Array.from({ length: 256 }, (_, index) => Math.max(1, start + index)));
  const blocks = [...Array(49).keys()].map((index) => block(index * 256));
  const others = [0xfe00, 0xff00, 0x1f600, 0x10ff00].map(block);
  // A replacement character is refused: it is what is left of a text that could not be decoded.
  const texts = [...hostile, ...blocks, ...others].map((text) => text.replaceAll("\ufffd", ""));
  const document = { "nix-nos": { texts, keys: Object.fromEntries(texts.map((text) => [`k${text}`, text])) } };
  writeFileSync(join(folder, "t.json"), JSON.stringify(document));
  const { status, stdout } = nixNos(["convert", join(folder, "t.json"), "-", "--to", "nix"]);
  expect(status).toBe(0);
  writeFileSync(join(folder, "t.nix"), stdout);
  expect(nixEval(`import ${folder}/t.nix`)).toEqual(document);
});
