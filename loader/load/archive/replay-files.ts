import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../../counted.ts";
import { JsonMembers, parseJson } from "../../json.ts";
import { textAt } from "../../json-path.ts";
import { onDisk } from "../disk.ts";
import { type LineFile, LineWriter } from "../line-file.ts";
import type { FinishedLoad, SpoolFile } from "../open-load.ts";
import type { RawTableName } from "../raw-tables.ts";
import { type ArchivedLoad, refuseUnknown } from "./archived-loads.ts";
import type { DayFile } from "./days.ts";
import { damaged, linesOf } from "./disk.ts";
import type { DayTableName, Layout } from "./layout.ts";

const openBrace = 0x7b;
const closeBrace = 0x7d;
const end = Buffer.from("}");

/**
 * A load's rows as spool files, as they were when the load was made. Errors: WarehouseError when a file is missing or damaged,
 * or has other rows than `_loads` says; ConfigError when a newer version wrote it.
 */
export async function spooledFiles(layout: Layout, load: ArchivedLoad, spoolFolder: string): Promise<FinishedLoad> {
  const files: SpoolFile[] = [];
  for (const [table, archived] of Map.groupBy(load.files, (file) => file.table)) {
    const paths = archived.map((file) => ({ path: layout.file(load.day, file), rows: file.rows }));
    const lines = await rewritten(paths, table, join(spoolFolder, `${load.id}.${table}`), (row) =>
      textAt(row, "_load_id") === load.id && textAt(row, "_workspace_id") === load.workspaceId
        ? undefined
        : "has a row of another load",
    );
    files.push(...lines.map((file) => ({ table, ...file })));
  }
  const { id, runId, workspaceId, loadedAt, records } = load;
  return { id, runId, workspaceId, loadedAt, records, files };
}

/** Days of a table as spool files. Errors: as above. */
export function lineFilesOf(
  table: DayTableName,
  files: readonly DayFile[],
  spoolFolder: string,
): Promise<readonly LineFile[]> {
  return rewritten(files, table, join(spoolFolder, `days.${table}`), () => undefined);
}

/** @param faultOf what is wrong with a row, if anything */
async function rewritten(
  files: readonly { readonly path: string; readonly rows: number }[],
  table: RawTableName,
  prefix: string,
  faultOf: (row: unknown) => string | undefined,
): Promise<readonly LineFile[]> {
  await onDisk(prefix, () => mkdir(join(prefix, ".."), { recursive: true }));
  const writer = new LineWriter((number) => `${prefix}.${number}.ndjson`);
  try {
    for (const { path, rows } of files) {
      const before = writer.lines;
      for await (const line of linesOf(path)) {
        const row = rowOf(line);
        const fault =
          row === undefined ? `has a line ${writer.lines - before + 1} that is no JSON object` : faultOf(row);
        if (fault !== undefined) throw damaged(path, fault);
        refuseUnknown(path, table, row);
        writer.write(new LineMembers(line), end);
      }
      const found = writer.lines - before;
      if (found !== rows) throw damaged(path, `has ${counted(found, "row")} instead of ${rows}`);
    }
    return writer.finish();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

function rowOf(line: Buffer): object | undefined {
  if (line[0] !== openBrace || line.at(-1) !== closeBrace) return undefined;
  const row = parseJson(line.toString());
  return typeof row === "object" && row !== null ? row : undefined;
}

/** The members of an object that is a line already. */
class LineMembers extends JsonMembers {
  readonly bytesMax: number;
  readonly #line: Buffer;

  constructor(line: Buffer) {
    super();
    this.#line = line;
    this.bytesMax = line.length - 2;
  }

  writeTo(target: Buffer, at: number): number {
    return at + this.#line.copy(target, at, 1, this.#line.length - 1);
  }
}
