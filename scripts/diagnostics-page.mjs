// docs/diagnostics.md: every code, explained by its package's codes.ts and shown by the examples in tests/diagnostics/.
import { cliCodes } from "../apps/cli/src/codes.ts";
import { bgpCodes } from "../packages/bgp-gen/src/codes.ts";
import { ciscoCodes } from "../packages/cisco-render/src/codes.ts";
import { networkdCodes } from "../packages/networkd-render/src/codes.ts";
import { nixCodes } from "../packages/nix-render/src/codes.ts";
import { openwrtCodes } from "../packages/openwrt-render/src/codes.ts";
import { pipelineCodes } from "../packages/pipeline/src/codes.ts";
import { clusterCodes } from "../packages/plasmacloud-cluster/src/codes.ts";
import { networkCodes } from "../packages/plasmacloud-network/src/codes.ts";
import { topologyCodes } from "../packages/topology/src/codes.ts";
import { readExample } from "./diagnostic-examples.mjs";

/** The diagnostics by who reports them, in the order of the flow. */
const parts = [
  { heading: "The document (NN1)", codes: { ...topologyCodes, ...only(cliCodes, "NN1") } },
  { heading: "BGP (NN3)", codes: bgpCodes },
  { heading: "systemd-networkd and Nix (NN4)", codes: { ...networkdCodes, ...nixCodes } },
  { heading: "OpenWrt (NN60)", codes: openwrtCodes },
  { heading: "Cisco IOS (NN61)", codes: ciscoCodes },
  { heading: "Files and tools (NN9)", codes: { ...only(cliCodes, "NN9"), ...pipelineCodes } },
  { heading: "PlasmaCloud's network (PC2)", codes: networkCodes },
  { heading: "PlasmaCloud's cluster (PC3)", codes: clusterCodes },
];

/** Every code that there is, sorted. */
export function diagnosticCodes() {
  return parts.flatMap(({ codes }) => Object.keys(codes)).sort();
}

export function diagnosticsPage() {
  const lines = [
    "# Diagnostics",
    "",
    "Every code that Nix-NOS reports, with an example that gives it and one that does not. A code never changes its",
    "meaning. Written by `npm run docs:generate` from each package's `codes.ts` and from `tests/diagnostics/`, whose",
    "examples a test runs.",
  ];
  for (const { heading, codes } of parts) {
    lines.push("", `## ${heading}`);
    for (const [code, { title, explanation }] of Object.entries(codes).sort()) {
      lines.push("", `### ${code}: ${title}`, "", explanation, "", ...printExample(readExample(code)));
    }
  }
  return `${lines.join("\n")}\n`;
}

function printExample({ words, files, wrong, right, expected }) {
  if (words !== undefined) return [words.trimEnd()];
  const rightFiles = Object.keys(files).filter((file) => file.startsWith("right."));
  const first = Object.keys(files).filter((file) => !rightFiles.includes(file));
  const said = [...wrong.map((line) => `$ ${line}`), expected.trimEnd()].join("\n");
  const onlyValidates =
    right.length === 1 && rightFiles.length === 1 && right[0] === `nix-nos validate ${rightFiles[0]}`;
  return [
    ...printFiles(first, files),
    ...fenced("text", said),
    "",
    ...printFiles(rightFiles, files),
    ...(onlyValidates ? [] : ["Right:", "", ...fenced("sh", right.join("\n")), ""]),
  ].slice(0, -1);
}

function printFiles(names, files) {
  // Indentation would be part of a list item: each file stands under its name.
  return names.flatMap((name) => [`\`${name}\`:`, "", ...fenced(languageOf(name), files[name].trimEnd()), ""]);
}

function fenced(language, text) {
  return [`\`\`\`${language}`, text, "```"];
}

function languageOf(name) {
  // A file of UCI or a program has no ending.
  return name.includes(".") ? name.split(".").at(-1) : "text";
}

function only(codes, prefix) {
  return Object.fromEntries(Object.entries(codes).filter(([code]) => code.startsWith(prefix)));
}
