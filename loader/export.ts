import { once } from "node:events";
import type { Writable } from "node:stream";
import { ConfigError } from "./errors.ts";
import { isReaderGone, outputFailed } from "./standard-streams.ts";

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

/**
 * Writes rows one by one, waiting whenever the reader is slower. Ends early, without an error, when the reader has gone.
 * Errors: WarehouseError when the output can't be written, as on a full disk: half a file must not look like a whole one.
 */
export async function writeRows(
  rows: AsyncIterable<NormalizedRow>,
  format: ExportFormat,
  output: Writable,
): Promise<void> {
  const line = format === "csv" ? csvLine : ndjsonLine;
  let failure: { readonly error: unknown } | undefined;
  const onError = (error: unknown): void => {
    failure ??= { error };
  };
  output.on("error", onError);
  const reader = rows[Symbol.asyncIterator]();
  // Without a mart there is an error and no header: that would look like an export without rows.
  let next = await reader.next();
  if (format === "csv") output.write(`${normalizedColumns.join(",")}\r\n`);
  while (next.done !== true && failure === undefined) {
    if (!output.write(line(next.value)) && failure === undefined)
      await Promise.race([once(output, "drain"), once(output, "close")]).catch(onError);
    next = await reader.next();
  }
  await reader.return?.();
  // The last rows may still be here.
  await new Promise<void>((resolve) => {
    output.write("", (error) => {
      if (error) onError(error);
      resolve();
    });
  });
  output.off("error", onError);
  if (failure !== undefined && !isReaderGone(failure.error)) throw outputFailed(failure.error);
}

function ndjsonLine(row: NormalizedRow): string {
  return `${JSON.stringify(Object.fromEntries(normalizedColumns.map((column) => [column, row[column]])))}\n`;
}

function csvLine(row: NormalizedRow): string {
  return `${normalizedColumns.map((column) => csvCell(row[column])).join(",")}\r\n`;
}

/** Blanks, quotes and unseen characters, which a spreadsheet may pass over. */
const passedOver = String.raw`[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}"'\x60]*`;
const formulaSigns = String.raw`=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b`;

/**
 * What a spreadsheet takes for the beginning of a formula, as full-width signs too, which it makes plain ones. A tab or line
 * end in front is one by itself.
 */
const formulaStart = new RegExp(`^(?:[\\t\\r\\n]|${passedOver}[${formulaSigns}])`, "u");

/**
 * The same behind what some programs take for the end of a cell: Excel, where `;` separates cells, heeds no quotes within
 * a line. A dash or plus that nothing stands behind is no formula, but a list or a ruled line.
 */
const innerFormulaStart = new RegExp(
  `([;\\t|]${passedOver}|[\\r\\n]${passedOver}(?![-\uff0d]))(?=[${formulaSigns}][^\\s|+-])`,
  "gu",
);

/** What any program takes for the end of a cell, or of its quotes; and blanks at an end, which some take away. */
const mustBeQuoted = /[",;|\t\r\n]|^\s|\s$/;

/** RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe in front, which it does not show. */
export function csvCell(value: NormalizedRow[keyof NormalizedRow]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const start = formulaStart.exec(text)?.[0] ?? "";
  const rest = text.slice(start.length).replaceAll(innerFormulaStart, "$1'");
  const safe = start === "" ? rest : `'${start}${rest}`;
  return mustBeQuoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Errors: ConfigError that names the formats there are. */
export function readExportFormat(text: string): ExportFormat {
  const format = exportFormats.find((candidate) => candidate === text);
  if (format === undefined) throw new ConfigError(`--format must be one of: ${exportFormats.join(", ")}`);
  return format;
}
