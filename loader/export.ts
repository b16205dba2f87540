import { once } from "node:events";
import type { Writable } from "node:stream";
import { ConfigError } from "./errors.ts";

export const exportFormats = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The normalized schema, in the order that it is promised in. */
export const normalizedColumns = [
  "conversation_id",
  "contact_id",
  "contact_email",
  "company_id",
  "created_at",
  "closed_at",
  "state",
  "tags",
  "rating",
  "rating_remark",
  "message_count",
  "time_to_first_reply_seconds",
  "time_to_resolution_seconds",
  "first_message_body",
] as const;

/** One row: texts, whole numbers, times as ISO 8601 in UTC, tags as an array, null. */
export type NormalizedRow = Readonly<
  Record<(typeof normalizedColumns)[number], string | number | readonly string[] | null>
>;

/** Writes rows one by one, waiting whenever the reader is slower. Ends early, without an error, when the reader has gone. */
export async function writeRows(
  rows: AsyncIterable<NormalizedRow>,
  format: ExportFormat,
  output: Writable,
): Promise<void> {
  const line = format === "csv" ? csvLine : ndjsonLine;
  let isReaderGone = false;
  const onError = (): void => {
    isReaderGone = true;
  };
  output.once("error", onError);
  if (format === "csv") output.write(`${normalizedColumns.join(",")}\r\n`);
  for await (const row of rows) {
    if (isReaderGone) return;
    if (!output.write(line(row)) && !isReaderGone)
      await Promise.race([once(output, "drain"), once(output, "close")]).catch(onError);
  }
  output.off("error", onError);
}

function ndjsonLine(row: NormalizedRow): string {
  return `${JSON.stringify(Object.fromEntries(normalizedColumns.map((column) => [column, row[column]])))}\n`;
}

function csvLine(row: NormalizedRow): string {
  return `${normalizedColumns.map((column) => csvCell(row[column])).join(",")}\r\n`;
}

/** RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe in front, which it does not show. */
export function csvCell(value: NormalizedRow[keyof NormalizedRow]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Errors: ConfigError that names the formats there are. */
export function readExportFormat(text: string): ExportFormat {
  const format = exportFormats.find((candidate) => candidate === text);
  if (format === undefined) throw new ConfigError(`--format must be one of: ${exportFormats.join(", ")}`);
  return format;
}
