// Every file that is made from the code and committed, as text by path; a test holds the committed ones against it.
import { readFileSync } from "node:fs";
import { printTopologyModule } from "@nix-nos/nix-render";
import { topologyJsonSchema } from "@nix-nos/topology";
import { extensions } from "../apps/cli/src/extensions.ts";
import { diagnosticsPage } from "./diagnostics-page.mjs";
import { servicesPage } from "./services-page.mjs";
import { topologyPage } from "./topology-page.mjs";

export async function generatedFiles() {
  const { catalogue, clusterConfigJsonSchema, nixosModules } = await import(
    "../packages/plasmacloud-cluster/dist/index.js"
  );
  return {
    "docs/diagnostics.md": diagnosticsPage(),
    "docs/services.md": servicesPage(catalogue),
    "docs/topology.md": topologyPage(topologyJsonSchema(extensions)),
    ...Object.fromEntries(Object.entries(nixosModules()).map(([file, text]) => [`nix/modules/${file}`, text])),
    "packages/plasmacloud-cluster/src/nixos/hand-written.ts": handWritten(
      "argument.nix",
      "fiberlb-bgp.nix",
      "first-boot-automation.nix",
      "first-boot.sh",
      "installer-iso.nix",
      "installer-netboot.nix",
      "installer-settings.sh",
      "installer.nix",
      "phone-home.nix",
      "phone-home.sh",
      "plasmacloud.nix",
      "reserved-area.nix",
      "service.nix",
      "tls.nix",
    ),
    "packages/plasmacloud-network/src/overlay/hand-written.ts": handWritten("prismnet-overlay.nix"),
    "nix/modules/nix-nos.nix": printTopologyModule(topologyJsonSchema([])),
    "packages/plasmacloud-cluster/schema/cluster-config.v1.json": `${JSON.stringify(clusterConfigJsonSchema(), null, 2)}\n`,
  };
}

/** The modules of nix/modules that are written by hand, for a library that reads no files. */
function handWritten(...files) {
  const entries = files.map((file) => {
    const text = readFileSync(new URL(`../nix/modules/${file}`, import.meta.url), "utf8");
    return `  ${JSON.stringify(file)}:\n    ${literal(text)},\n`;
  });
  return `// Made from nix/modules by \`npm run docs:generate\`: edit those.\nexport const handWritten = {\n${entries.join("")}};\n`;
}

/** A text as the formatter writes it: with the quotes that are fewer in it. */
function literal(text) {
  const json = JSON.stringify(text);
  const [double, single] = [text.split('"').length, text.split("'").length];
  return double <= single ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
