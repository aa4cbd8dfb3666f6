// `npm run bench`: measures the built CLI.
import { build, installPackages, run } from "./setup.mjs";

installPackages();
build();
run("node", ["bench/run.mjs", ...process.argv.slice(2)]);
run("node", ["packages/openwrt-render/bench/devices.mjs"]);
