import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError, messageOf } from "../errors.ts";
import type { MartReader } from "../marts.ts";
import { unfinishedPath } from "../unfinished.ts";
import { pageHtml } from "./page/page.ts";
import { type ReadOptions, readReportData } from "./read/contents.ts";

/**
 * Writes the report page from the marts. The file is replaced at once: a reader sees the old page or the new one.
 * @returns how many bytes the page has
 * Errors: WarehouseError when a mart is not built; ConfigError when the file can't be written.
 */
export async function writeReport(marts: MartReader, path: string, options: ReadOptions): Promise<number> {
  const html = await pageHtml(await readReportData(marts, options));
  const unfinished = await unfinishedPath(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, html, { mode: 0o600 });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new ConfigError(
      `The report can't be written to ${path}: ${messageOf(error)}. Give another file by --output.`,
      {
        cause: error,
      },
    );
  }
  return Buffer.byteLength(html);
}
