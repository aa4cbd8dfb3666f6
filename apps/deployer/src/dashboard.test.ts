// The dashboard in a real browser, in front of a real deployer with real machines.
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { machine, phoneHomeRequest, signed } from "./deployer.test-support.js";
import { ended, startMachines } from "./rollout/machines.test-support.js";
import { activeNode, startFleet } from "./rollout/rollout.test-support.js";

let browser: Browser;
beforeAll(async () => {
  // As root, which the tests are, Chromium has no sandbox; it sees nothing but what the tests give it.
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
}, 60_000);
afterAll(() => browser.close());

async function open(url: string): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1300, height: 900 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A wrong token is answered with 401, which the browser notes.
    if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

async function logIn(page: Page, token: string): Promise<void> {
  await page.getByLabel("An operator's token").fill(token);
  await page.getByRole("button", { name: "Log in" }).click();
}

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

describe("the dashboard", { timeout: 120_000 }, () => {
  it("is behind the login, shows machines as they come, and text as text", async () => {
    const { deployer, operator } = await startFleet([]);
    const { page, complaints } = await open(deployer.url);
    await logIn(page, "nno_wrong");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("The key or token is not good");

    await logIn(page, deployer.token);
    await page.getByText("No machine has phoned home yet").waitFor();
    const { secret } = await operator.createKey({ scope: { kind: "node", node: "node01" } });
    const newcomer = await machine(1, "node01");
    expect((await phoneHomeRequest(deployer, secret ?? "", newcomer)).status).toBe(201);
    const own = row(page, "node01");
    await own.getByText("Pending").waitFor();
    await operator.approve("node01");
    await own.getByText("Provisioning, partition").waitFor();

    const message = `<img src=x onerror="document.title='owned'"> & more`;
    const failed = { sequence: 1, at: null, type: "failed", phase: "partition", errorType: "disk", message };
    const body = JSON.stringify({ bootId: newcomer.bootId, events: [failed] });
    const headers = await signed("POST", "/v1/nodes/node01/events", newcomer.key, body);
    await deployer.request("POST", "/v1/nodes/node01/events", { token: "", body, headers });
    await own.getByText("Failed in partition").waitFor();
    expect(await own.locator("td").last().textContent()).toBe(message);
    expect(await page.title()).toBe("Deployer");

    await page.getByRole("link", { name: "audit" }).click();
    await row(page, "approve").getByText("operator admin").waitFor();
    await row(page, "failed").getByText("Provisioning/partition → Failed/partition").waitFor();

    // The tab remembers; whoever logs out does not.
    await page.reload();
    await row(page, "approve").waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("An operator's token").waitFor();
    expect(await page.getByText("node01").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("is useful with 500 nodes, and shows a rollout as it moves", async () => {
    const machines = await startMachines(["n1", "n2", "n3"]);
    const lost = new Date(Date.now() - 86_400_000).toISOString();
    const others = Array.from({ length: 500 }, (_, index) =>
      activeNode(`rack${(index % 20) + 1}-${index + 1}`, {
        site: index % 2 === 0 ? "tokyo" : "osaka",
        ...(index === 123 ? { last_seen: lost } : {}),
        ...(index === 77 ? { state: { name: "Failed", phase: "install", errorType: "disk", count: 1 } } : {}),
      }),
    );
    const { deployer, operator } = await startFleet([...machines.records, ...others], undefined, machines.settings);
    machines.nodes[1]?.write("var/lib/failing", "");
    const { page, complaints } = await open(deployer.url);
    await logIn(page, deployer.token);
    await page.getByText("503 nodes").waitFor();
    expect(await page.getByRole("list", { name: "All nodes" }).getByRole("link").count()).toBe(503);
    // Trouble comes first.
    const first = await page.locator("tbody tr td:first-child").allTextContents();
    expect(first.slice(0, 3).map((text) => text.replace(" not in the topology", ""))).toEqual([
      ...["rack4-124", "rack18-78"],
      "n1",
    ]);
    await page.getByRole("button", { name: "2 in trouble" }).click();
    expect(await page.locator("tbody tr").count()).toBe(2);
    await page.getByRole("button", { name: "2 in trouble" }).click();
    await page.getByLabel("Search nodes").fill("osaka rack4-");
    expect(await page.locator("tbody tr").count()).toBe(25);

    await page.getByRole("link", { name: "rollouts" }).click();
    await page.getByText("There was no rollout yet").waitFor();
    const rollout = await operator.startRollout({
      generation: "github:acme/cloud/26.11",
      systems: Object.fromEntries(machines.nodes.map(({ hostname }) => [hostname, machines.next])),
      selector: { nodes: ["n1", "n2", "n3"] },
      strategy: { maxParallel: 1, batch: 1 },
      confirmSeconds: 20,
    });
    const one = page.getByRole("region", { name: `Rollout ${rollout.id}` });
    const nodeRow = (name: string) =>
      one.getByRole("row").filter({ has: page.getByRole("cell", { name, exact: true }) });
    await nodeRow("n3").getByText("after the canary n1").waitFor();
    await nodeRow("n1").getByText("activating").or(nodeRow("n1").getByText("confirming")).first().waitFor();
    const detail = await ended(operator, rollout, 60);
    expect(detail.state).toBe("Stopped");
    await one.getByText("1 node failed: n2 (rolled-back)").waitFor();
    await nodeRow("n1").getByText("done").waitFor();
    await nodeRow("n2").getByText("switch-to-configuration test ended with 4: it does not come up").waitFor();
    await nodeRow("n3").getByText("cancelled").waitFor();
    expect(await page.getByText(`/nix/store`).count()).toBe(0);
    expect(await row(page, rollout.id).getByText("Stopped").count()).toBe(1);
    expect(complaints).toEqual([]);
    const { NIX_NOS_PICTURES: pictures } = process.env;
    if (pictures !== undefined) {
      await page.screenshot({ path: `${pictures}/rollout.png` });
      await page.getByRole("link", { name: "nodes" }).click();
      await page.screenshot({ path: `${pictures}/nodes.png` });
    }
  });

  it("goes on after the deployer was away", async () => {
    const { deployer, world } = await startFleet([activeNode("n1")]);
    const { page } = await open(deployer.url);
    await logIn(page, deployer.token);
    await page.getByText("live", { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("not connected").waitFor();
    await world.store.commit({
      compare: [],
      put: [
        {
          key: "deployer/nodes/n2",
          value: (await world.store.get("deployer/nodes/n1"))?.value.replaceAll("n1", "n2") ?? "",
        },
      ],
      remove: [],
    });
    await page.context().setOffline(false);
    await row(page, "n2").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
  });
});
