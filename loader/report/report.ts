import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError, messageOf } from "../errors.ts";
import type { MartReader } from "../marts.ts";
import { unfinishedPath } from "../unfinished.ts";
import { pageHtml } from "./page/page.ts";
import { type ReadOptions, readReportData } from "./read/contents.ts";

/** A page of ours has this among its first bytes. */
const titleOfPages = "<title>Support report</title>";
const firstBytesMax = 4096;

/**
 * Writes the report page from the marts. The file is replaced at once: a reader sees the old page or the new one.
 * @returns how many bytes the page has
 * Errors: WarehouseError when a mart is not built; ConfigError when the file can't be written, or is no page of ours.
 */
export async function writeReport(marts: MartReader, path: string, options: ReadOptions): Promise<number> {
  checkPlace(path);
  const html = await pageHtml(await readReportData(marts, options));
  let unfinished: string | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    unfinished = await unfinishedPath(path);
    writeFileSync(unfinished, html, { mode: 0o600 });
    renameSync(unfinished, path);
  } catch (error) {
    if (unfinished !== undefined) rmSync(unfinished, { force: true });
    throw notWritten(path, error);
  }
  return Buffer.byteLength(html);
}

/** Errors: ConfigError when the path is none, or when something else than a report is there: a mistyped path must not cost a file. */
function checkPlace(path: string): void {
  if (path === "") throw new ConfigError("--output names no file.");
  let isOther: boolean;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return;
    isOther = !found.isFile() || (found.size > 0 && !firstTextOf(path).includes(titleOfPages));
  } catch (error) {
    throw notWritten(path, error);
  }
  if (isOther)
    throw new ConfigError(
      `${path} is no report, and would be replaced: move it away, or give another file by --output. Nothing was written.`,
    );
}

function firstTextOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(firstBytesMax);
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, firstBytesMax, 0));
  } finally {
    closeSync(file);
  }
}

function notWritten(path: string, error: unknown): ConfigError {
  return new ConfigError(
    `The report can't be written to ${path}: ${messageOf(error)}. Give another file by --output.`,
    { cause: error },
  );
}
