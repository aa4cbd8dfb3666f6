// The built playground in Debian's Chromium, served from a folder, with no network but that.
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startChromium } from "./support/chromium.js";
import { root } from "./support/cli.js";

const dist = join(root, "apps", "playground", "dist");
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

let server: Server;
/** While it is not `null`, the worker's script is not to be had, and each request for it is here. */
let refused: string[] | null = null;
let browser: Browser;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const file = join(dist, pathname === "/" ? "index.html" : pathname);
    const isRefused = refused !== null && /worker-[^/]*\.js$/.test(file);
    if (isRefused) refused?.push(pathname);
    if (isRefused || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await startChromium();
}, 60_000);
afterAll(async () => {
  await browser.close();
  server.close();
});

/** A page that has drawn what it opened with; whatever it asks of others is in `elsewhere`, whatever fails in `errors`. */
async function open(address = base, until = settled): Promise<{ page: Page; elsewhere: string[]; errors: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const elsewhere: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob|about):/.test(request.url())) elsewhere.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(address);
  await until(page);
  return { page, elsewhere, errors };
}

const settled = (page: Page) =>
  page
    .getByRole("status")
    .filter({ hasText: /session ends|errors?;/ })
    .waitFor();
const status = (page: Page) => page.getByRole("status").textContent();
const drawing = (page: Page) => page.frameLocator("#drawing").locator("svg");

/** Replaces the whole text, as a person who pastes does. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.evaluate(`document.querySelector("#status").textContent = ""`);
  await page.keyboard.insertText(text);
  await settled(page);
}

const lab = (role: string) =>
  `nix-nos:\n  clusters:\n    lab:\n      nodes:\n        first: { role: worker, ip: 10.0.0.1 }\n        second: { role: ${role}, ip: 10.0.0.2 }\n`;

it("shows the example's picture, sessions and files, and asks nobody", { timeout: 180_000 }, async () => {
  const { page, elsewhere, errors } = await open();
  await drawing(page).getByText("node01", { exact: true }).waitFor();
  await page.getByRole("tab", { name: "Sessions" }).click();
  expect(await page.locator("#sessions tbody tr").count()).toBe(4);
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByLabel("File", { exact: true }).selectOption("nodes/node01/bird/bird.conf");
  expect(await page.locator("#text").textContent()).toContain("protocol bgp");
  expect([elsewhere, errors]).toEqual([[], []]);
  await page.close();
});

it("shows an error at its line while one types, and draws again when it is mended", { timeout: 180_000 }, async () => {
  const { page, errors } = await open();
  await write(page, lab("[1]"));
  expect(await status(page)).toContain("1 error");
  expect(await page.locator("#problems li").allTextContents()).toEqual([
    expect.stringMatching(/^line 6: .*\[NN\d+\]$/),
  ]);
  expect(await page.locator(".cm-lintRange-error").textContent()).toContain("1");
  await page.locator("#problems button").click();
  expect(await page.locator(".cm-activeLine").textContent()).toContain("second");
  await write(page, lab("worker"));
  expect(await page.locator("#problems .error").count()).toBe(0);
  await drawing(page).getByText("second", { exact: true }).waitFor();
  expect(errors).toEqual([]);
  await page.close();
});

it("completes keys and words from the schema", { timeout: 180_000 }, async () => {
  const { page } = await open();
  await write(page, "nix-nos:\n  clusters:\n    lab:\n      nodes:\n        a:\n          ro");
  await page.keyboard.press("Control+Space");
  await page.locator(".cm-tooltip-autocomplete").getByText("role", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await write(page, "nix-nos:\n  clusters:\n    lab:\n      nodes:\n        a:\n          platform: o");
  await page.keyboard.press("Control+Space");
  await page.locator(".cm-tooltip-autocomplete").getByText("openwrt", { exact: true }).waitFor();
  await page.close();
});

it("puts nothing of a hostile topology but text into the page", { timeout: 180_000 }, async () => {
  const evil = `"</script><img src=x onerror='top.pwned=1'><svg onload='top.pwned=1'>"`;
  const { page, elsewhere, errors } = await open();
  await write(page, `nix-nos:\n  name: ${evil}\n  clusters: { lab: { nodes: { ${evil}: { role: ${evil} } } } }\n`);
  expect(await status(page)).toContain("error");
  await write(page, `nix-nos:\n  name: ${evil}\n  clusters: { lab: { nodes: { a: { role: ${evil} } } } }\n`);
  const shown = `${await page.locator("#problems").textContent()} ${await drawing(page).textContent()}`;
  expect(shown).toContain("onerror");
  for (const frame of page.frames())
    expect(await frame.locator("img, script:not([src]), [onload], [onerror]").count()).toBe(0);
  expect(await page.evaluate("window.pwned")).toBeUndefined();
  expect([elsewhere, errors]).toEqual([[], []]);
  await page.close();
});

it("has the topology in its address, and takes no other for one", { timeout: 180_000 }, async () => {
  const { page } = await open();
  const text = lab("worker").replace("first", "shared");
  await write(page, `${text}# 京都 🦊\n`);
  await expect.poll(() => page.url().split("#")[1]?.length ?? 0).toBeGreaterThan(40);
  const second = await open(page.url());
  await drawing(second.page).getByText("shared", { exact: true }).waitFor();
  expect(await second.page.locator(".cm-content").textContent()).toContain("京都 🦊");
  const third = await open(`${base}#AAAA~no`);
  await drawing(third.page).getByText("node01", { exact: true }).waitFor();
  for (const each of [page, second.page, third.page]) await each.close();
});

it("says so where its renderer cannot be loaded, asks for it once a change, and goes on when it can", {
  timeout: 180_000,
}, async () => {
  refused = [];
  const { page } = await open(base, (opened) =>
    opened.getByRole("status").filter({ hasText: "did not load" }).waitFor(),
  );
  await page.waitForTimeout(1000);
  const first = refused.length;
  // The example that it opens with is a change too.
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThanOrEqual(2);
  await page.locator(".cm-content").click();
  await page.keyboard.insertText("# a change\n");
  await expect.poll(() => refused?.length).toBe(first + 1);
  expect(await status(page)).toMatch(/working|did not load.*next change tries again/);
  refused = null;
  await write(page, lab("worker"));
  await drawing(page).getByText("second", { exact: true }).waitFor();
  await page.close();
});
