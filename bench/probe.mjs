// Preloaded into a measured process: leaves its peak of memory and its processor time behind when it ends.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  if (!process.env.NIX_NOS_PROBE) return;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { peak: maxRSS / 1024, processor: (userCPUTime + systemCPUTime) / 1e6 };
  writeFileSync(process.env.NIX_NOS_PROBE, JSON.stringify(usage));
});
