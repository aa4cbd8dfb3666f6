import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files in a folder of their own for as long as `use` runs. */
export function withFiles<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "nix-render-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the real evaluator makes of an expression, as data; its own message is thrown when it refuses. */
export function evaluate(expression: string, folder = tmpdir()): unknown {
  return withFiles({ "main.nix": expression }, (own) => {
    const args = ["--option", "build-users-group", "", "--eval", "--strict", "--json"];
    const main = expression.includes("./") ? ["-E", expression] : [join(own, "main.nix")];
    const output = execFileSync("nix-instantiate", [...args, ...main], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return JSON.parse(output);
  });
}
