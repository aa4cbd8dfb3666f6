// Preloaded into a measured process: leaves its peak memory behind when it ends.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  if (!process.env.NIX_NOS_PROBE) return;
  writeFileSync(process.env.NIX_NOS_PROBE, JSON.stringify({ maxRss: process.resourceUsage().maxRSS }));
});
