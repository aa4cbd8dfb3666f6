#!/usr/bin/env node
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "./config.js";
import { createLog } from "./log.js";
import { startDeployer } from "./server.js";
import { StoreUnavailable } from "./store/store.js";

const help = `nix-nos-deployer [--config FILE] [--reset-admin-token]

Starts the deployer. Without a configuration it listens on port 7443, keeps its data in ./deployer-data, makes an
authority and certificates of its own, and prints an admin's token once.

  --config FILE          a JSON file: etcd, given certificates, operators and more (docs/deployer.md)
  --reset-admin-token    make another admin token, in the place of all that were printed
  --help                 this text
`;

try {
  await main();
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  const isTold = error instanceof ConfigError || error instanceof StoreUnavailable || code !== undefined;
  process.stderr.write(`nix-nos-deployer: ${isTold ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exit(code?.startsWith("ERR_PARSE_ARGS") ? 2 : 3);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: "string" }, "reset-admin-token": { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return void process.stdout.write(help);
  const config = readConfig(values.config ?? null);
  const running = await startDeployer(config, createLog(config.logLevel), values["reset-admin-token"] ?? false);
  // Whoever starts it reads this; the log, which is kept, has no secret.
  const lines = [
    `\nThe deployer answers at ${running.url}`,
    ...(running.authorityFile === null ? [] : [`Its authority, to trust:  ${running.authorityFile}`]),
    ...(running.adminToken === null ? [] : [`Admin token, shown once:  ${running.adminToken}`]),
  ];
  process.stderr.write(`${lines.join("\n")}\n\n`);
  const stop = async () => {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
    await running.stop();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
