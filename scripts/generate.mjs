// `npm run docs:generate`: writes the pages and schemas that are made from the code. Needs a build.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles } from "./generated-files.mjs";
import { build, installPackages, root } from "./setup.mjs";

installPackages();
build();
for (const [path, text] of Object.entries(await generatedFiles())) {
  writeFileSync(join(root, path), text);
  console.log(`${path}: written`);
}
