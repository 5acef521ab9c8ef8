// The page in headless Chromium: boots to a prompt, runs a scenario, draws it; screenshots go to .build.
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { PROMPT } from "../machine/prompt.ts";
import { buildPath } from "../paths.ts";
import { skip } from "../test/support.ts";
import { type Served, serve } from "./server.ts";
import { buildSite } from "./site.ts";

const CHROMIUM = "/usr/bin/chromium";
const BOOT_MS = 60_000;
const SCENARIO_MS = 120_000;
/** A browser with no way out: nothing but the page is fetched. */
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Two groups, one of which leaves half of its time to the other. */
const MINE = `{
  "global": { "duration": 1 },
  "groups": { "/a": { "cpu": { "reserve": 50 } }, "/b": { "cpu": { "weight": 100 } } },
  "tasks": {
    "half": { "taskgroup": "/a", "loop": -1, "run": 10000, "sleep": 10000 },
    "whole": { "taskgroup": "/b", "loop": -1, "run": 1000 }
  }
}`;

let served: Served | null = null;
let browser: Browser | null = null;

async function open(query: string, viewport = { width: 1360, height: 860 }): Promise<Page> {
  if (!existsSync(CHROMIUM)) skip(`${CHROMIUM} is not installed`);
  if (served === null) {
    await buildSite(buildPath("web"));
    served = await serve(buildPath(), 0);
  }
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const page = await browser.newPage({ viewport });
  page.on("pageerror", (error) => console.error(error));
  page.on("requestfailed", (request) => console.error("failed:", request.url()));
  // Below a folder, as on a project's static pages: every address must be relative.
  await page.goto(`${served.url}web/${query}`);
  return page;
}

const consoleText = (page: Page) =>
  page.locator("#text").evaluate((node) => node.textContent ?? "");

async function waitForState(page: Page, state: string, timeout: number): Promise<void> {
  try {
    await page.waitForSelector(`#state[data-state="${state}"]`, { timeout });
  } catch {
    const found = await page.locator("#state").textContent();
    throw new Error(`state "${found}" instead of "${state}"; console:\n${await consoleText(page)}`);
  }
}

/** Pixels of the plots that are neither background nor grid, per plot. */
function drawnPixels(page: Page): Promise<number[]> {
  return page.locator("#plots canvas").evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext("2d")!;
      const { data } = context.getImageData(0, 0, width, height);
      let drawn = 0;
      for (let i = 0; i < data.length; i += 4) {
        const spread =
          Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]);
        if (data[i + 3] > 0 && spread > 60) drawn += 1;
      }
      return drawn;
    }),
  );
}

test("boots to a prompt and answers what is typed", async () => {
  const page = await open("");
  await waitForState(page, "ready", BOOT_MS);
  assert.ok((await consoleText(page)).includes(PROMPT));
  await page.locator("#terminal textarea").focus();
  await page.keyboard.type("help\n");
  await page.waitForFunction(() =>
    document.getElementById("text")!.textContent!.includes("groups"),
  );
  await page.screenshot({ path: buildPath("screenshots", "page-prompt.png") });
  await page.close();
});

test("runs the scenario of the address and draws every group", async () => {
  const page = await open("?scenario=lending.json&seed=7");
  await waitForState(page, "running", BOOT_MS);
  await waitForState(page, "ready", SCENARIO_MS);
  await page.waitForTimeout(500);
  await page.screenshot({ path: buildPath("screenshots", "page-scenario.png"), fullPage: true });
  const samples = await page.evaluate(() => Number(document.body.dataset.samples));
  assert.ok(samples > 10, `${samples} samples`);
  const drawn = await drawnPixels(page);
  assert.ok(drawn.length >= 2, `${drawn.length} plots`);
  for (const pixels of drawn) assert.ok(pixels > 300, `${pixels} coloured pixels`);
  const rows = await page.locator("#shares tbody tr").count();
  assert.is(rows, drawn.length);
  assert.match(await consoleText(page), /\d+ expectations met, 0 failed/);
  await page.close();
});

test("a scenario from a file runs; a wrong one is told with its place", async () => {
  const page = await open("");
  await waitForState(page, "ready", BOOT_MS);
  const choose = (name: string, text: string) =>
    page
      .locator("#file")
      .setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  await choose("wrong.json", '{ "tasks": { "a": { "run": "soon" } } }');
  await page.waitForFunction(() =>
    document.getElementById("text")!.textContent!.includes("wrong.json"),
  );
  await choose("mine.json", MINE);
  await waitForState(page, "running", BOOT_MS);
  await waitForState(page, "ready", SCENARIO_MS);
  assert.match(await consoleText(page), /stress mine: 1\.000 s/);
  assert.match(page.url(), /\?scenario=mine\.json&seed=1$/);
  await page.close();
});

test("pause stops time and resume continues it", async () => {
  const page = await open("?clock=real");
  await waitForState(page, "ready", BOOT_MS);
  await page.locator("#pause").click();
  const counter = () => page.locator("#counters").textContent();
  await page.waitForTimeout(600);
  const before = await counter();
  await page.waitForTimeout(1200);
  assert.is(await counter(), before);
  await page.locator("#pause").click();
  await page.locator("#terminal textarea").focus();
  await page.keyboard.type("help\n");
  await page.waitForFunction(() =>
    document.getElementById("text")!.textContent!.includes("groups"),
  );
  await page.close();
});

test.after(async () => {
  await browser?.close();
  served?.close();
});

test.run();
