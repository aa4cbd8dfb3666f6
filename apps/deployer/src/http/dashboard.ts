import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Beside the built program; in the build of the sources where those run themselves. */
const folder = ["./web/", "../../dist/web/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** The dashboard's files by path, with their types. They are for anybody; what they show is asked for with a token. */
export const dashboardFiles = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/web/app.js": { file: "app.js", type: "text/javascript; charset=utf-8" },
  "/web/style.css": { file: "style.css", type: "text/css; charset=utf-8" },
} as const;

/** Nothing but its own files, to its own server, in nobody's frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export async function dashboardFile({ file, type }: { readonly file: string; readonly type: string }) {
  const body = await readFile(`${folder}${file}`);
  const headers = {
    "content-type": type,
    "content-security-policy": policy,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
  return new Response(body, { headers });
}
