import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openMarts } from "../../loader/load/duckdb/marts.ts";
import { pageHtml } from "../../loader/report/page/page.ts";
import { readReportData } from "../../loader/report/read/contents.ts";
import type { ReportData } from "../../loader/report/read/page-data.ts";
import { writeReport } from "../../loader/report/report.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { DemoWarehouse } from "../statistics/demo-warehouse.ts";
import { loader } from "../tools/loader-process.ts";
import { findBrowser, TestBrowser, violationsOf } from "./browser.ts";
import { dataOf, emptied, withTexts } from "./data.ts";

const browserPath = await findBrowser();
const skip = browserPath === undefined && "no Chromium: install it, or set CHROMIUM_PATH";
const tabs = ["overview", "support", "accounts", "churn", "feedback", "tickets", "health"];
const kilobytesMax = 700;
const hostile = `"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}\u202e=1+1 ${"wide".repeat(60)}`;
const options = { version: "1.2.3", madeAtMs: Date.UTC(2026, 6, 1), hasPeople: true };

describe("the report page", { skip }, () => {
  let fake: FakeIntercom;
  let warehouse!: DemoWarehouse;
  let browser!: TestBrowser;
  let data: ReportData;
  let path: string;

  before(async () => {
    const world = new GeneratedWorld({ conversations: 2000, tickets: 300, isWhole: true, seed: 1 });
    fake = await startFakeIntercom({ world });
    warehouse = await DemoWarehouse.create(fake);
    await warehouse.build(["+path:models/marts"]);
    browser = await TestBrowser.start(browserPath ?? "");
    path = join(browser.folder, "report.html");
    await withMarts(warehouse, (marts) => writeReport(marts, path, options));
    data = dataOf(readFileSync(path, "utf8"));
  });

  after(async () => {
    await browser?.close();
    await warehouse?.remove();
    await fake.close();
  });

  /** Writes a page of other data beside the report. */
  async function written(name: string, other: ReportData): Promise<string> {
    const file = join(browser.folder, name);
    writeFileSync(file, await pageHtml(other));
    return file;
  }

  it(`is no larger than ${kilobytesMax} kB`, () => {
    assert.ok(readFileSync(path).byteLength <= kilobytesMax * 1000);
  });

  it("is bundled by a program that gets no key of the loader", async () => {
    const bundler = join(browser.folder, "bundler");
    const seen = join(browser.folder, "bundler-environment");
    const real = fileURLToPath(import.meta.resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`));
    writeFileSync(bundler, `#!/bin/sh\nenv > '${seen}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
    const secret = "secret-of-tests-that-is-longer-than-32-bytes";
    const names = ["INTERCOM_ACCESS_TOKEN", "POSTHOG_API_KEY", "ATTIO_API_KEY", "PII_KEY"];
    const ended = await loader(["report", "--output", join(browser.folder, "bundled.html")], {
      DUCKDB_PATH: warehouse.path,
      STATE_DIR: browser.folder,
      ESBUILD_BINARY_PATH: bundler,
      ...Object.fromEntries(names.map((name) => [name, secret])),
    });
    assert.equal(ended.exitCode, 0, ended.stderr);
    assert.match(readFileSync(seen, "utf8"), /^PATH=/m);
    assert.doesNotMatch(readFileSync(seen, "utf8"), new RegExp(`${secret}|${names.join("|")}`));
  });

  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [360, 1440])
      it(`says nothing, asks for nothing, fits, and has no axe violation: ${colorScheme}, ${width} pixels`, async () => {
        const { page, noises } = await browser.open(path, "", { colorScheme, viewport: { width, height: 900 } });
        for (const tab of tabs) {
          await page.locator(`#tab-${tab}`).click();
          assert.deepEqual(await violationsOf(page), [], tab);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, tab);
          assert.ok((await page.locator(`#panel-${tab} figure`).count()) > 0, tab);
        }
        assert.deepEqual(noises, []);
        await page.context().close();
      });

  it("is drawn before its script runs", async () => {
    const html = readFileSync(path, "utf8");
    assert.ok(/data-card="overview-volume".*?<svg/s.test(html));
  });

  it("keeps customers' texts texts", async () => {
    const file = await written(
      "hostile.html",
      withTexts(data, (text) => `${text}${hostile}`),
    );
    const { page, noises } = await browser.open(file, "", { viewport: { width: 360, height: 900 } });
    for (const tab of tabs) {
      await page.locator(`#tab-${tab}`).click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, tab);
    }
    assert.equal(await page.locator("img, iframe, object, embed").count(), 0);
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.locator('a:not([href^="https://"])').count(), 0);
    assert.deepEqual(noises, []);
    await page.context().close();
  });

  it("says so where there is nothing to show", async () => {
    const { page, noises } = await browser.open(await written("empty.html", emptied(data)));
    for (const tab of tabs) {
      await page.locator(`#tab-${tab}`).click();
      assert.equal(await page.locator(`#panel-${tab} svg`).count(), 0, tab);
      assert.deepEqual(await violationsOf(page), [], tab);
    }
    assert.deepEqual(noises, []);
    await page.context().close();
  });

  it("shows the marts' numbers under every filter", async () => {
    const { page } = await browser.open(path);
    const rows = await rowsOf(
      warehouse,
      `select window_weeks, team_id, channel, metric, value from intercom.window_comparison
       where metric in ('new_conversations', 'reopened')`,
    );
    assert.ok(rows.length > 50);
    for (const { window_weeks, team_id, channel, metric, value } of rows) {
      const hash = `#weeks=${window_weeks}&team=${team_id}&channel=${channel}`;
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      const shown = page.locator(`[data-metric="${metric}"] .value`);
      assert.equal(await shown.textContent(), Number(value).toLocaleString("en"), `${metric} ${hash}`);
    }
    await page.context().close();
  });

  it("shows weeks, teammates and companies of a team in a channel, and says which figures it does not have", async () => {
    const { page } = await browser.open(path);
    const [group] = await rowsOf(
      warehouse,
      `select team_id, channel, sum(created)::integer as created, (
         select count(*)::integer from intercom.teammate_windows as windows
         where window_weeks = 13 and windows.team_id = weeks.team_id and windows.channel = weeks.channel
       ) as teammates
       from intercom.support_daily as weeks
       where date_trunc('week', day) in (
         select week from intercom.support_weekly where grouped_by = 'total' and is_whole order by week desc limit 13
       )
       group by team_id, channel order by created desc limit 1`,
    );
    await page.evaluate((to) => {
      location.hash = to;
    }, `#tab=support&weeks=13&team=${group?.["team_id"]}&channel=${group?.["channel"]}`);
    const created = await page.locator('[data-card="support-flow"] tbody td:nth-child(2)').allTextContents();
    assert.equal(
      created.reduce((sum, text) => sum + Number(text), 0),
      group?.["created"],
    );
    assert.equal(await page.locator('[data-card="support-teammates"] tbody tr').count(), group?.["teammates"]);
    assert.match(
      (await page.locator('[data-card="support-replies"] .missing').textContent()) ?? "",
      /^Medians, percentiles and means of weeks are known by team and by channel, not by both/,
    );
    await page.context().close();
  });

  it("draws two companies of one name as two", async () => {
    const twins = withTexts(data, (text, column) => (column === "company_name" ? "Twin" : text));
    const { page } = await browser.open(await written("twins.html", twins), "#tab=accounts");
    const tops = await page
      .locator('[data-card="accounts-volume"] rect')
      .evaluateAll((bars) => bars.map((bar) => bar.getAttribute("y")));
    assert.equal(new Set(tops).size, 10);
    await page.context().close();
  });

  it("keeps the filters in the address", async () => {
    const { page } = await browser.open(path);
    await page.locator('select[name="weeks"]').selectOption("52");
    await page.locator('select[name="channel"]').selectOption("email");
    await page.locator("#tab-support").click();
    assert.equal(new URL(page.url()).hash, "#tab=support&weeks=52&channel=email");
    await page.reload();
    await page.locator("[data-ready]").waitFor({ state: "attached" });
    assert.equal(await page.locator('select[name="channel"]').inputValue(), "email");
    assert.ok(await page.locator("#panel-support").isVisible());
    await page.context().close();
  });

  it("can be used by keys", async () => {
    const { page } = await browser.open(path);
    await page.locator("#tab-overview").focus();
    await page.keyboard.press("ArrowRight");
    assert.ok(await page.locator("#panel-support").isVisible());
    assert.equal(await page.evaluate(() => document.activeElement?.id), "tab-support");
    await page.keyboard.press("End");
    assert.ok(await page.locator("#panel-health").isVisible());
    await page.context().close();
  });

  it("gives each chart as a table and as CSV", async () => {
    const { page } = await browser.open(path, "", { permissions: ["clipboard-read", "clipboard-write"] });
    const card = page.locator('[data-card="overview-volume"]');
    await card.locator("summary").click();
    const cells = await card.locator("tbody tr:last-child td").allTextContents();
    await card.locator("button").click();
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    const lines = csv.split("\r\n");
    assert.equal(lines[0], "week,new_conversations");
    assert.equal(lines.at(-1)?.split(",")[1], cells[1]);
    assert.match((await page.locator("#told").textContent()) ?? "", /^Copied \d+ rows of "New conversations"\.$/);
    await page.context().close();
  });

  it("prints every tab with its charts", async () => {
    const { page } = await browser.open(path);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    for (const tab of tabs) assert.ok(await page.locator(`#panel-${tab} figure`).first().isVisible(), tab);
    assert.ok(!(await page.locator(".filters").isVisible()));
    await page.context().close();
  });

  it("leaves out people, companies and quotes where it is told to", async () => {
    const anonymous = await withMarts(warehouse, (marts) => readReportData(marts, { ...options, hasPeople: false }));
    const text = JSON.stringify(anonymous);
    const named = await rowsOf(
      warehouse,
      `select distinct name from intercom.contacts where length(name) > 5
       union select distinct email from intercom.contacts where email is not null
       union select distinct name from intercom.companies where length(name) > 5
       union select distinct name from intercom.teammates where length(name) > 5
       union select distinct quote from intercom.product_feedback where length(quote) > 20`,
    );
    assert.ok(named.length > 500);
    const found = named
      .map(({ name }) => String(name))
      .filter((name) => text.includes(JSON.stringify(name).slice(1, -1)));
    assert.deepEqual(found, []);
    const { page, noises } = await browser.open(await written("anonymous.html", anonymous));
    for (const tab of tabs) await page.locator(`#tab-${tab}`).click();
    assert.deepEqual(noises, []);
    await page.context().close();
  });
});

async function rowsOf(warehouse: DemoWarehouse, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await warehouse.rows(sql)) as Readonly<Record<string, unknown>>[];
}

async function withMarts<T>(
  { path }: DemoWarehouse,
  work: (marts: Awaited<ReturnType<typeof openMarts>>) => Promise<T>,
): Promise<T> {
  const marts = await openMarts({ path, martsDataset: "intercom", stateDirectory: "" });
  try {
    return await work(marts);
  } finally {
    await marts.close();
  }
}
