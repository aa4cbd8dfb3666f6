// `npm start`: from a fresh clone to rendered, checked configuration.
import { build, installPackages, root, run } from "./setup.mjs";

installPackages();
build();
run("node", ["apps/cli/dist/bin.js", "render", "examples/seed.yaml", "--out", "out", "--check"], { cwd: root });

console.log(`
Next:
  npx nix-nos bgp sessions examples/seed.yaml    who speaks BGP with whom
  npx nix-nos diff examples/seed.nix             what your next edit would change in out/
  npx nix-nos validate YOUR-TOPOLOGY.yaml        every mistake at once, each with its place
`);
