import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's Chromium, without a window. */
export function startChromium(): Promise<Browser> {
  // As root, which the tests are, Chromium has no sandbox; it sees nothing but what the tests give it.
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** A page that reaches nothing on any network: each attempt is an entry in `asked`. */
export async function offlinePage(browser: Browser): Promise<{ readonly page: Page; readonly asked: string[] }> {
  const page = await browser.newPage();
  const asked: string[] = [];
  await page.route(/^(https?|wss?):/, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  return { page, asked };
}
