// `npm run bench -w packages/ipam`, after a build: ratios measured in one run on one machine, each side's best of some
// rounds that take turns. Absolute times are not to be quoted.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { excludeCidr } from "cidr-tools";
import { Address4, Address6 } from "ip-address";
import { carve, createAllocator, formatAddress, formatPrefix, parseAddress, parsePrefix } from "../dist/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** What was made last: seen from outside, so that the engine has to make it. */
let kept = null;

const million = 1_000_000;
/** Numbers of 32 bits that look random and are the same in every run. */
const words = (count) => Array.from({ length: count }, (_, index) => (index * 2_654_435_761) % 2 ** 32);

parsing("ipv4", Address4, (w3) => ({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3 }));
parsing("ipv6", Address6, (w3) => ({ family: "ipv6", w0: 0x2001_0db8, w1: w3, w2: 0, w3 }));
const keys = Array.from({ length: million }, (_, index) => `node/n${index}/loopback`);
nearlyFull();
allocating("ipv4");
allocating("ipv6");
carving("10.0.0.0/7 with 100 networks taken", 100, ">= 100");
carving("10.0.0.0/7 with none taken", 0, null);
memory("ipv4");
memory("ipv6");

function parsing(family, Other, addressOf) {
  // Through JSON, because a text that was put together by `join` and `+` is still in pieces and is paid for when read.
  const texts = JSON.parse(JSON.stringify(words(10_000).map((word) => formatAddress(addressOf(word)))));
  const [own, other] = best(60, [
    {
      work: () => {
        for (const text of texts) kept = parseAddress(text);
      },
    },
    {
      work: () => {
        for (const text of texts) kept = new Other(text);
      },
    },
  ]);
  if (formatAddress(parseAddress(texts.at(-1))) !== kept.correctForm())
    throw new Error("the two read different things");
  report(`parsing ${family}: ip-address / ours`, other / own, ">= 5");
}

/** Every address but one in a thousand is excluded; the first is given beforehand, because exclusions are sorted once. */
function nearlyFull() {
  const exclude = [];
  const address = (w3) => ({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3 });
  for (let at = 0x0a00_0000; at < 0x0b00_0000; at += 1000)
    exclude.push({ first: address(at), last: address(at + 998) });
  const few = keys.slice(0, 16_000);
  const started = (excluded) => () => {
    const allocator = poolOf("ipv4", excluded);
    fill(allocator, "ipv4", ["first"]);
    return allocator;
  };
  const work = (allocator) => fill(allocator, "ipv4", few);
  const [empty, full] = best(9, [
    { prepare: started([]), work },
    { prepare: started(exclude), work },
  ]);
  report("next free address of a /8: 99.9 % full / empty", full / empty, "<= 3");
}

function allocating(family) {
  const [map, own] = best(3, [
    {
      work: () => {
        const inserted = new Map();
        for (const key of keys) inserted.set(key, 1);
      },
    },
    { prepare: () => poolOf(family), work: (allocator) => fill(allocator, family, keys) },
  ]);
  report(`a million ${family} allocations: ours / Map insertions`, own / map, "< 10");
}

/**
 * 65,536 /24s, one after another, each the lowest that is free. `cidr-tools` keeps what is free, as the texts that it
 * takes and gives: in a network that nobody else lives in these are few, which is the best that can happen to it.
 */
function carving(where, others, aim) {
  const site = "10.0.0.0/7";
  // Each a /26 in the higher half, so that none is where the next one is carved.
  const taken = words(others).map((word) => `11.${(word >>> 8) & 255}.${word & 255}.${(word >>> 16) & 192}/26`);
  const ours = () => carve(parsePrefix(site), taken.map(parsePrefix), 24);
  const theirs = function* () {
    let free = excludeCidr(site, taken);
    for (;;) {
      const fitting = free.find((text) => Number(text.slice(text.indexOf("/") + 1)) <= 24);
      const next = `${fitting.slice(0, fitting.indexOf("/"))}/24`;
      yield next;
      free = excludeCidr(free, next);
    }
  };
  const work = (carved) => () => {
    let left = 65_536;
    for (kept of carved()) if (--left === 0) break;
  };
  const [own, other] = best(others === 0 ? 9 : 2, [{ work: work(ours) }, { work: work(theirs) }]);
  work(ours)();
  const last = formatPrefix(kept);
  work(theirs)();
  if (last !== kept) throw new Error("the two do not carve the same networks");
  report(`65536 /24s from ${where}: cidr-tools / ours`, other / own, aim);
}

/** A function of its own, so that nothing of the family before is still alive. */
function memory(family) {
  collectGarbage();
  const before = heapAndBuffers();
  const allocator = poolOf(family);
  fill(allocator, family, keys);
  collectGarbage();
  const bytes = (heapAndBuffers() - before) / million;
  // Asked after the measurement, so that the allocator lives until then.
  if (allocator.holder(parseAddress(family === "ipv4" ? "10.0.0.1" : "fd00::1")) !== keys[0])
    throw new Error("the first key was forgotten");
  report(`bytes for each of a million ${family} allocations, beyond its key`, bytes, "< 100");
}

function heapAndBuffers() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function poolOf(family, exclude = []) {
  const prefixes = [parsePrefix(family === "ipv4" ? "10.0.0.0/8" : "fd00::/64")];
  return createAllocator([{ name: "pool", prefixes, exclude }]);
}

function fill(allocator, family, wanted) {
  for (const key of wanted) {
    if (!allocator.allocate("pool", key, family).ok) throw new Error(`nothing left for ${key}`);
  }
}

/** Milliseconds of each contestant's best round; what it prepares is not counted. */
function best(rounds, contestants) {
  const fastest = contestants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { prepare, work }] of contestants.entries()) {
      const prepared = prepare?.();
      collectGarbage();
      const start = performance.now();
      work(prepared);
      fastest[index] = Math.min(fastest[index], performance.now() - start);
    }
  }
  return fastest;
}

/** @param aim - a relation and a number, as `>= 5`; `null` for what is only to be known */
function report(what, measured, aim) {
  const figure = measured.toFixed(measured < 100 ? 1 : 0).padStart(9);
  console.log(
    `${what.padEnd(72)}${figure}   ${aim === null ? "" : `aim ${aim}: ${isMet(measured, aim) ? "met" : "MISSED"}`}`.trimEnd(),
  );
}

function isMet(measured, aim) {
  const [relation, limit] = [aim.split(" ")[0], Number(aim.split(" ")[1])];
  if (relation === ">=") return measured >= limit;
  return relation === "<=" ? measured <= limit : measured < limit;
}
