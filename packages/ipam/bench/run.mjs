// `node packages/ipam/bench/run.mjs`, after a build: ratios measured in one run on one machine, best of three rounds.
// Absolute times are not to be quoted.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Address4, Address6 } from "ip-address";
import { createAllocator, formatAddress, parseAddress, parsePrefix } from "../dist/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const rounds = 3;
const count = 1_000_000;

/** Seconds of the best round; `prepare` is not counted. */
function best(prepare, work) {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const prepared = prepare();
    collectGarbage();
    const start = performance.now();
    work(prepared);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return seconds;
}

function report(what, ratio, limit) {
  console.log(`${what.padEnd(72)}${ratio.padStart(12)}${limit ? `   (aim: ${limit})` : ""}`);
}

function parsing(family, Other, texts) {
  const own = best(nothing, () => {
    for (const text of texts) parseAddress(text);
  });
  const other = best(nothing, () => {
    for (const text of texts) new Other(text);
  });
  report(`parsing ${family}, ip-address / ours`, `${(other / own).toFixed(1)} x`);
}

const nothing = () => null;
const words = Array.from({ length: 100_000 }, (_, index) => (index * 2_654_435_761) % 2 ** 32);
parsing(
  "IPv4",
  Address4,
  words.map((w3) => formatAddress({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3 })),
);
parsing(
  "IPv6",
  Address6,
  words.map((w3) => formatAddress({ family: "ipv6", w0: 0x20010db8, w1: w3, w2: 0, w3 })),
);

const keys = Array.from({ length: count }, (_, index) => `node/n${index}/loopback`);
const wide = { ipv4: parsePrefix("10.0.0.0/8"), ipv6: parsePrefix("fd00::/64") };
const fill = (allocator, family, wanted) => {
  for (const key of wanted) {
    if (!allocator.allocate("pool", key, family).ok) throw new Error(`nothing left for ${key}`);
  }
};
const poolOf = (family, exclude = []) => createAllocator([{ name: "pool", prefixes: [wide[family]], exclude }]);

const insertions = best(nothing, () => {
  const map = new Map();
  for (const key of keys) map.set(key, 1);
});
for (const family of ["ipv4", "ipv6"]) {
  const seconds = best(
    () => poolOf(family),
    (allocator) => fill(allocator, family, keys),
  );
  report(`${count} ${family} allocations / as many Map insertions`, `${(seconds / insertions).toFixed(1)} x`, "< 10 x");
}

/** Everything but one address in a thousand. */
function* nearlyAll() {
  const word = (w3) => ({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3 });
  for (let at = 0x0a000000; at < 0x0b000000; at += 1000) yield { first: word(at), last: word(at + 998) };
}
const few = keys.slice(0, 16_000);
/** The first address is given beforehand: what stands in the topology and the lock is sorted once. */
const started = (exclude) => () => {
  const allocator = poolOf("ipv4", exclude);
  allocator.allocate("pool", "first", "ipv4");
  return allocator;
};
const empty = best(started([]), (allocator) => fill(allocator, "ipv4", few));
const full = best(started([...nearlyAll()]), (allocator) => fill(allocator, "ipv4", few));
report("next free of a /8, 99.9 % full / empty", `${(full / empty).toFixed(1)} x`, "<= 3 x");

for (const family of ["ipv4", "ipv6"]) {
  report(`bytes for each ${family} allocation, beyond the key`, `${bytesEach(family).toFixed(0)} B`, "< 100 B");
}

/** A function of its own, so that nothing of the family before is still alive. */
function bytesEach(family) {
  collectGarbage();
  const before = heapAndBuffers();
  const allocator = poolOf(family);
  fill(allocator, family, keys);
  collectGarbage();
  const bytes = heapAndBuffers() - before;
  // Asked after the measurement, so that the allocator lives until then.
  if (allocator.snapshot()[keys[0]] === undefined) throw new Error("the first key was forgotten");
  return bytes / count;
}

function heapAndBuffers() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
