// `npm run bench -w packages/bgp-gen`, after a build: what one session end costs in a small and in a large AS, as ratios
// measured in one run on one machine, best of three rounds. Near 1, time and memory grow with the output. Absolute times
// are not to be quoted.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { birdConfig, gobgpSpeakerConfig, planBgp, printGobgp } from "../dist/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const rounds = 3;

/** The network of one AS, of so many members with an address each. */
function networkOf(count, ibgp) {
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  const address = (index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const nodes = Object.fromEntries(names.map((name, index) => [name, { role: "worker", ip: address(index + 256) }]));
  const bgp = { autonomousSystems: { 65000: { members: names, ibgp } } };
  const text = JSON.stringify({ "nix-nos": { clusters: { lab: { nodes } }, network: { bgp } } });
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "bench.json", format: "json", text })).document));
}

/** Seconds and bytes for each session end: to plan, to keep the plan, and to print every speaker for a daemon. */
function measure(network) {
  const { memory, ends } = sizeOf(network);
  const each = { plan: Number.POSITIVE_INFINITY, bird: Number.POSITIVE_INFINITY, gobgp: Number.POSITIVE_INFINITY };
  let text = 0;
  const best = (key, seconds) => {
    each[key] = Math.min(each[key], seconds / ends);
  };
  for (let round = 0; round < rounds; round++) {
    collectGarbage();
    const [planning, plan] = timed(() => unwrap(planBgp(network)));
    const [birds, bytes] = timed(() => printed(plan, birdConfig));
    const [gobgps] = timed(() => printed(plan, (speaker) => printGobgp(gobgpSpeakerConfig(speaker))));
    best("plan", planning);
    best("bird", birds);
    best("gobgp", gobgps);
    text = bytes;
  }
  return { ...each, memory: memory / ends, text: text / ends };
}

/** Session ends of a plan, and the bytes that it keeps. */
function sizeOf(network) {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const plan = unwrap(planBgp(network));
  collectGarbage();
  const memory = process.memoryUsage().heapUsed - before;
  return { memory, ends: plan.speakers.reduce((sum, { sessions }) => sum + sessions.length, 0) };
}

/** Files are made one by one, as when they are written; what counts is their length. */
function printed(plan, print) {
  return plan.speakers.reduce((sum, speaker) => sum + print(speaker).length, 0);
}

function timed(work) {
  const start = performance.now();
  const value = work();
  return [(performance.now() - start) / 1000, value];
}

const rows = {
  plan: "time to plan",
  memory: "memory of the plan",
  bird: "time to print BIRD's files",
  gobgp: "time to print GoBGP's",
  text: "length of BIRD's files",
};

function compare(what, ibgp, small, large) {
  const [few, many] = [networkOf(small, ibgp), networkOf(large, ibgp)];
  // Both are measured beside the large plan: whatever is made costs a garbage collector more where a lot is kept, and
  // processors keep less of it at hand. That is the heap's size, and no matter of how many neighbours one speaker has.
  const kept = unwrap(planBgp(many));
  // The first run pays for the compiler.
  measure(few);
  const [own, other] = [measure(few), measure(many)];
  if (kept.speakers.length !== large) throw new Error("the large plan is not there");
  console.log(`${what}, ${large} members / ${small}, for each session end:`);
  for (const [key, label] of Object.entries(rows)) {
    console.log(`  ${label.padEnd(40)}${(other[key] / own[key]).toFixed(2).padStart(8)} x`);
  }
}

compare("a full mesh", "full-mesh", 250, 1000);
compare("a pair of reflectors", { strategy: "route-reflector", reflectors: ["n0", "n1"] }, 1002, 10_002);
