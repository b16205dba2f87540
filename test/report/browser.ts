import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const systemBrowsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const arguments_ = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser to test in: the system's, else the one that a package brings; undefined where neither is there. */
export async function findBrowser(): Promise<string | undefined> {
  const ofSystem = [process.env["CHROMIUM_PATH"], ...systemBrowsers].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (ofSystem !== undefined) return ofSystem;
  try {
    const { default: bundled } = await import("@sparticuz/chromium");
    return await bundled.executablePath();
  } catch {
    return undefined;
  }
}

/** A page that notes whatever it should not do. */
export type Watched = {
  readonly page: Page;
  /** Messages of the console, errors, dialogs, and requests beyond the file. */
  readonly noises: readonly string[];
};

/** A headless browser with a folder of its own. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly folder: string;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.folder = folder;
  }

  static async start(path: string): Promise<TestBrowser> {
    const folder = await mkdtemp(join(tmpdir(), "report-"));
    return new TestBrowser(await chromium.launch({ executablePath: path, args: arguments_ }), folder);
  }

  /** Opens a file. */
  async open(path: string, hash = "", options: BrowserContextOptions = {}): Promise<Watched> {
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    const noises: string[] = [];
    page.on("console", (message) => noises.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => noises.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      noises.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== `file://${path}`) noises.push(`request: ${request.url()}`);
    });
    await page.goto(`file://${path}${hash}`);
    await page.locator("[data-ready]").waitFor({ state: "attached" });
    return { page, noises };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What axe-core finds wrong with a page, as rule and place. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const result = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ["violations"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  });
  return result;
}
