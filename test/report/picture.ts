// `node test/report/picture.ts`: the pictures of the README, from the demo's page. Run `make demo` first.
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { findBrowser, TestBrowser } from "./browser.ts";

const page = resolve("data/demo-report.html");
const folder = "docs/images";
const viewport = { width: 1280, height: 860 };

const browserPath = await findBrowser();
if (browserPath === undefined) throw new Error("There is no Chromium: install it, or set CHROMIUM_PATH.");
if (!existsSync(page)) throw new Error("There is no demo page: run `make demo` first.");
mkdirSync(folder, { recursive: true });
const browser = await TestBrowser.start(browserPath);
try {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page: shown } = await browser.open(page, "", { colorScheme, viewport });
    await shown.screenshot({ path: `${folder}/report-${colorScheme}.png` });
  }
} finally {
  await browser.close();
}
