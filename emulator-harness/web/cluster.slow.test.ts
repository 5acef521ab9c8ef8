// The page of three machines in headless Chromium: they boot, one is destroyed and booted again, a wire is cut.
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { test } from "uvu";
import { PROMPT } from "../machine/prompt.ts";
import { buildPath } from "../paths.ts";
import { skip } from "../test/support.ts";
import { type Served, serve } from "./server.ts";
import { buildSite } from "./site.ts";

const CHROMIUM = "/usr/bin/chromium";
const WAIT_MS = 60_000;
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

let served: Served | null = null;
let browser: Browser | null = null;

async function open(query = ""): Promise<Page> {
  if (!existsSync(CHROMIUM)) skip(`${CHROMIUM} is not installed`);
  if (served === null) {
    await buildSite(buildPath("web"));
    served = await serve(buildPath(), 0);
  }
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = browser.contexts()[0] ?? (await browser.newContext());
  const page = await context.newPage();
  await page.setViewportSize({ width: 1360, height: 980 });
  page.on("pageerror", (error) => console.error(error));
  await page.goto(`${served.url}web/cluster.html${query}`);
  return page;
}

const waitFor = (page: Page, place: string, text: string) =>
  page.waitForFunction(
    ([where, wanted]) => document.querySelector(where)?.textContent?.includes(wanted),
    [place, text],
    { timeout: WAIT_MS },
  );

/** Waits until the drawing has more pixels than that in exactly that colour. */
function drawn(page: Page, colour: number[], least: number) {
  return page.waitForFunction(
    ([red, green, blue, wanted]) => {
      const canvas = document.querySelector("canvas") as HTMLCanvasElement;
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) found++;
      }
      return found >= wanted;
    },
    [...colour, least],
    { timeout: WAIT_MS },
  );
}

const ON = [0x00, 0x78, 0x5a];
const SENT = [0x00, 0x72, 0xb2];
const RED = [0xb3, 0x26, 0x1e];

/** Waits until a machine's daemon says that of another one. */
const says = (page: Page, node: string, other: string, belief: string) =>
  waitFor(page, `#${node} .beliefs`, `${other} ${belief} since`);

/** The machine whose daemon runs the group. */
async function ownerIn(page: Page, names: string[]): Promise<string> {
  const places = names.map((name) => `#${name} .beliefs [data-belief="runs"]`).join(", ");
  const item = page.locator(places).first();
  await item.waitFor({ timeout: WAIT_MS });
  return item.evaluate((element) => element.closest("section")!.id);
}

test("the owner of a group is destroyed by a button, and the group comes back elsewhere", async () => {
  const page = await open();
  const names = ["n1", "n2", "n3"];
  const owner = await ownerIn(page, names);
  const others = names.filter((name) => name !== owner);
  // Whoever asks hears where it runs.
  await page.locator(`#${others[0]} input`).fill("run ask 30 10.0.0.1 10.0.0.2 10.0.0.3");
  await page.locator(`#${others[0]} input`).press("Enter");
  await waitFor(page, `#${others[0]} pre`, `10.0.0.${owner[1]} answers: `);
  await page.locator(`#${owner} button`, { hasText: "Destroy" }).click();
  await waitFor(page, `#${owner} .state`, "off");
  const next = await ownerIn(page, others);
  await waitFor(page, `#${others[0]} pre`, `10.0.0.${next[1]} answers: `);
  await says(page, others[0], owner, "dead");
  await page.screenshot({ path: buildPath("screenshots", "cluster-group.png"), fullPage: true });
  await page.close();
});

test("three machines form a cluster; a destroyed one is found dead and comes again; a cut one is doubted", async () => {
  const page = await open();
  const pairs = ["n1 n2", "n1 n3", "n2 n1", "n2 n3", "n3 n1", "n3 n2"].map((one) => one.split(" "));
  for (const node of ["#n1", "#n2", "#n3"]) await waitFor(page, `${node} pre`, PROMPT);
  await drawn(page, ON, 900);
  await Promise.all(pairs.map(([node, other]) => says(page, node, other, "alive")));
  await page.locator("#n2 button", { hasText: "Destroy" }).click();
  await waitFor(page, "#n2 .state", "off");
  await waitFor(page, "#log", "n2 killed");
  await Promise.all([says(page, "n1", "n2", "dead"), says(page, "n3", "n2", "dead")]);
  await page.screenshot({ path: buildPath("screenshots", "cluster.png"), fullPage: true });
  await page.locator("#n2 button", { hasText: "Boot" }).click();
  await waitFor(page, "#log", "n2 boots again (2)");
  await Promise.all(["n1", "n3"].map((node) => says(page, node, "n2", "alive")));
  await page.locator("#n3 button", { hasText: "Cut off" }).click();
  await waitFor(page, "#log", "cut: n3 to n1+n2");
  await drawn(page, RED, 300);
  await says(page, "n1", "n3", "dead");
  await page.locator("#n3 button", { hasText: "Heal" }).click();
  await waitFor(page, "#log", "healed");
  await says(page, "n1", "n3", "alive");
  await page.locator("#n1 input").fill("cluster members");
  await page.locator("#n1 input").press("Enter");
  await waitFor(page, "#n1 pre", "n2 10.0.0.2:7946 alive");
  // A dot is there for less than a second: somebody has to look before it is sent.
  const dot = drawn(page, SENT, 20);
  await page.locator("#frame").click();
  await dot;
  await page.close();
});

test("two tabs on one channel are one cluster", async () => {
  const [one, two] = [await open("?channel=t"), await open("?channel=t&first=4")];
  await waitFor(two, "#n6 pre", PROMPT);
  await waitFor(one, "#n3 pre", PROMPT);
  await says(one, "n1", "n6", "alive");
  await says(two, "n6", "n1", "alive");
  await Promise.all([one.close(), two.close()]);
});

test.after(async () => {
  await browser?.close();
  served?.close();
});

test.run();
