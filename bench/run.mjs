// `npm run bench [SIZE…]`: renders generated topologies with the built CLI, in a process of its own each, and compares.
// Ratios are of one run on one machine; absolute times are not to be quoted. Wall clocks measure the machine's other work
// too, so the processor time of each render (user and system, of all its threads) stands beside them.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, root } from "../scripts/setup.mjs";
import { leafSpine, withOneNodeChanged } from "./topology.mjs";

const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) sizes.push(100, 1000, 10_000);

/** A column's heading, and what stands in it. */
const headings = [
  ["nodes", ({ size }) => size],
  ["seconds", ({ first }) => first.toFixed(2)],
  ["ms/node", ({ first, size }) => ((first * 1000) / size).toFixed(2)],
  ["peak MiB", ({ peak }) => Math.round(peak)],
  ["files", ({ files }) => files],
  ["MiB", ({ bytes }) => (bytes / 2 ** 20).toFixed(1)],
  ["cp -r s", ({ copy }) => copy.toFixed(2)],
  ["bird -p s", ({ bird }) => bird.toFixed(2)],
  ["second s", ({ second }) => second.toFixed(2)],
  ["third s", ({ third }) => third.toFixed(2)],
  ["cpu 1st s", ({ firstCpu }) => firstCpu.toFixed(2)],
  ["cpu 2nd s", ({ secondCpu }) => secondCpu.toFixed(2)],
  ["cpu 3rd s", ({ thirdCpu }) => thirdCpu.toFixed(2)],
  ["rewritten", ({ changed }) => changed],
];

const folder = mkdtempSync(join(tmpdir(), "nix-nos-bench-"));
try {
  const results = [];
  console.log(line(headings.map(([heading]) => heading)));
  for (const size of sizes) {
    const result = measure(size);
    results.push(result);
    console.log(line(headings.map(([, cell]) => cell(result))));
  }
  judge(results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One size: the best of some rounds, each from nothing. */
function measure(size) {
  // A folder of its own: the lock of one topology must not shape another.
  const own = join(folder, String(size));
  const topology = join(own, "topology.json");
  const out = join(own, "out");
  const rounds = size > 2000 ? 1 : 3;
  const seconds = { first: [], second: [], third: [], firstCpu: [], secondCpu: [], thirdCpu: [], copy: [], bird: [] };
  let peak = 0;
  const renderOnce = (which, text) => {
    writeFileSync(topology, JSON.stringify(text, null, 1));
    const result = render(topology, out);
    seconds[which].push(result.seconds);
    seconds[`${which}Cpu`].push(result.processor);
    peak = Math.max(peak, result.peak);
    return result;
  };
  let files = [];
  let changed = 0;
  for (let round = 0; round < rounds; round++) {
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own);
    renderOnce("first", leafSpine(size));
    files = listFiles(out);

    seconds.copy.push(timed(() => run("cp", ["-r", out, join(own, "copy")])));
    rmSync(join(own, "copy"), { recursive: true });

    changed = renderOnce("second", withOneNodeChanged(leafSpine(size))).changed;
    // The change taken back: what the second render left behind must not make the next one slower.
    renderOnce("third", leafSpine(size));
  }
  const birds = files.filter((file) => file.endsWith("/bird.conf"));
  const readAll = () => {
    for (const file of birds) run("bird", ["-p", "-c", file]);
  };
  seconds.bird.push(timed(readAll));
  const best = Object.fromEntries(Object.entries(seconds).map(([what, all]) => [what, Math.min(...all)]));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return { size, ...best, peak, files: files.length, bytes, changed };
}

/** One run of the CLI: its seconds from start to end, of processor time, its peak of MiB, and how many files it wrote anew. */
function render(topology, out) {
  const probe = join(folder, "probe.json");
  const program = [join(root, "bench", "probe.mjs"), join(root, "apps/cli/dist/bin.js")];
  const args = ["--import", ...program, "render", topology, "--out", out, "--json"];
  const start = performance.now();
  const stdout = run("node", args, { NIX_NOS_PROBE: probe });
  const seconds = (performance.now() - start) / 1000;
  const { added, changed, removed } = JSON.parse(stdout);
  const { peak, processor } = JSON.parse(readFileSync(probe, "utf8"));
  return { seconds, processor, peak, changed: added.length + changed.length + removed.length };
}

function run(command, args, more = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: { ...env, ...more },
    maxBuffer: 1 << 30,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error ?? stderr.slice(0, 2000)}`);
  return stdout;
}

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function listFiles(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function line(cells) {
  return cells.map((cell) => String(cell).padStart(11)).join("");
}

/** What is aimed at, of the largest topology. */
function judge(results) {
  const [smallest, largest] = [results.find(({ size }) => size >= 1000) ?? results[0], results.at(-1)];
  console.log(`\nOf ${largest.size} nodes:`);
  const aim = (what, measured, limit) =>
    console.log(
      `${what.padEnd(52)}${measured.toFixed(2).padStart(9)}   aim < ${limit}: ${measured < limit ? "met" : "MISSED"}`,
    );
  console.log(`${"time / cp -r of the output".padEnd(52)}${(largest.first / largest.copy).toFixed(2).padStart(9)}`);
  aim("time / bird -p of every bird.conf", largest.first / largest.bird, 1);
  aim("time of the second render / of the first", largest.second / largest.first, 0.1);
  const what = "processor time of the second render / of the first";
  console.log(`${what.padEnd(52)}${(largest.secondCpu / largest.firstCpu).toFixed(2).padStart(9)}`);
  aim("peak of memory in GiB", largest.peak / 1024, 1.5);
  if (smallest === largest) return;
  const exponent = Math.log(largest.first / smallest.first) / Math.log(largest.size / smallest.size);
  aim(`exponent of time from ${smallest.size} to ${largest.size} nodes`, exponent, 1.1);
}
