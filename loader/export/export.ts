import { once } from "node:events";
import type { Writable } from "node:stream";
import { csvCell } from "../csv.ts";
import { ConfigError } from "../errors.ts";
import { type NormalizedRow, normalizedColumns } from "../normalized-row.ts";
import { isReaderGone, outputFailed } from "../standard-streams.ts";
import { printable } from "../terminal.ts";

export const exportFormats = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * Writes rows one by one, and waits whenever the reader is slower. Ends early, without an error, when the reader has gone.
 * On a terminal a customer's text has no control characters; a file and a pipe get it as it is.
 * Errors: WarehouseError when the output can't be written, as on a full disk: half a file must not pass for a whole one.
 */
export async function writeRows(
  rows: AsyncIterable<NormalizedRow>,
  format: ExportFormat,
  output: Writable & { readonly isTTY?: boolean },
): Promise<void> {
  const line = lineOf(format, output.isTTY === true);
  let failure: { readonly error: unknown } | undefined;
  const onError = (error: unknown): void => {
    failure ??= { error };
  };
  output.on("error", onError);
  const reader = rows[Symbol.asyncIterator]();
  // The first row comes before the header: a missing mart is an error, and a header alone would look like an empty export.
  let next = await reader.next();
  if (format === "csv") output.write(`${normalizedColumns.join(",")}\r\n`);
  while (next.done !== true && failure === undefined) {
    if (!output.write(line(next.value)) && failure === undefined)
      await Promise.race([once(output, "drain"), once(output, "close")]).catch(onError);
    next = await reader.next();
  }
  await reader.return?.();
  // The last rows may still be in this process.
  await new Promise<void>((resolve) => {
    output.write("", (error) => {
      if (error) onError(error);
      resolve();
    });
  });
  output.off("error", onError);
  if (failure !== undefined && !isReaderGone(failure.error)) throw outputFailed(failure.error);
}

function lineOf(format: ExportFormat, isTerminal: boolean): (row: NormalizedRow) => string {
  if (format === "ndjson") return ndjsonLine;
  return isTerminal ? (row) => printable(csvLine(row)) : csvLine;
}

/** What a terminal would obey is escaped, which is the same JSON. */
function ndjsonLine(row: NormalizedRow): string {
  return printable(`${JSON.stringify(Object.fromEntries(normalizedColumns.map((column) => [column, row[column]])))}\n`);
}

function csvLine(row: NormalizedRow): string {
  return `${normalizedColumns.map((column) => csvCell(row[column])).join(",")}\r\n`;
}

/** The format that `--format` names. Errors: ConfigError that lists the formats. */
export function readExportFormat(text: string): ExportFormat {
  const format = exportFormats.find((candidate) => candidate === text);
  if (format === undefined) throw new ConfigError(`--format must be one of: ${exportFormats.join(", ")}.`);
  return format;
}
