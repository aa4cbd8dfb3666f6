// `npm test`: installs what is missing, builds, and runs every test. A test that was skipped is a failure.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, env, installPackages, root, run } from "./setup.mjs";

installPackages();
run("bash", ["scripts/install-tools.sh"]);
build();
// Made before the tests, whose time is bounded; where one cannot be made, the test that needs it says why.
for (const image of ["vm-image", "installer-image"])
  spawnSync("bash", [`scripts/${image}.sh`], { cwd: root, env, stdio: "ignore" });

const report = join(root, "node_modules", ".cache", "nix-nos", "tests.json");
mkdirSync(join(report, ".."), { recursive: true });
const filters = process.argv.slice(2);
run("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...filters]);

const { numPassedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, "utf8"));
const skipped = numPendingTests + numTodoTests;
console.log(`${numPassedTests} passed, 0 failed, ${skipped} skipped`);
if (skipped > 0 && filters.length === 0) {
  console.error("A skipped test proves nothing: each must run.");
  process.exit(1);
}
