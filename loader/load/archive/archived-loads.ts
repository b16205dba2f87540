import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { counted } from "../../counted.ts";
import { ConfigError } from "../../errors.ts";
import { parseJson } from "../../json.ts";
import type { LoadRecord } from "../open-load.ts";
import { type RawTableName, rawTable, rawTables } from "../raw-tables.ts";
import { damaged, linesOf, namesIn } from "./disk.ts";
import { type ArchivedFile, filesColumn, isDay, type Layout, loadIdOfLoadsFile, loadTables } from "./layout.ts";

/** So many small files are read at once: each is a round trip on a bucket mount. */
const filesAtOnce = 16;

const time = z.iso.datetime().nullable();
/** A row of `_loads` in an archive; an older version may lack the columns that may be null. */
const rowSchema = z.looseObject({
  _load_id: z.string(),
  _workspace_id: z.string(),
  run_id: z.string(),
  stream: z.string(),
  range_from: time.optional(),
  window_from: time.optional(),
  window_to: time.optional(),
  settled_to: time.optional(),
  row_count: z.int().nonnegative(),
  rejected_count: z.int().nonnegative(),
  unseen_count: z.int().nonnegative().nullish(),
  modes: z.string().nullish(),
  status: z.literal("complete"),
  _loaded_at: z.iso.datetime(),
  [filesColumn]: z.array(
    z.object({ table: z.string(), name: z.string().regex(/^[^/\\]+\.ndjson\.gz$/), rows: z.int().nonnegative() }),
  ),
});
type LoadRow = z.infer<typeof rowSchema>;

/** A load of an archive, without its rows. */
export type ArchivedLoad = {
  readonly id: string;
  readonly runId: string;
  readonly workspaceId: string;
  readonly loadedAt: string;
  readonly day: string;
  readonly records: readonly LoadRecord[];
  readonly files: readonly ArchivedFile[];
};

/**
 * All loads of an archive, oldest first: a load's window may rely on earlier loads.
 * Errors: ConfigError when there is no archive, or a newer version wrote it; WarehouseError when a file is damaged.
 */
export async function readLoads(layout: Layout): Promise<readonly ArchivedLoad[]> {
  const { directory, loadsFolder } = layout;
  if (directory === "") throw new ConfigError("The archive's name is empty: name the folder of `sync --archive`.");
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) throw new ConfigError(`${directory} does not exist: name the folder of \`sync --archive\`.`);
  if (!found.isDirectory()) throw new ConfigError(`${directory} is a file: name the folder of \`sync --archive\`.`);
  const places: { readonly day: string; readonly name: string }[] = [];
  for (const day of (await namesIn(loadsFolder)).filter(isDay))
    for (const name of await namesIn(join(loadsFolder, day)))
      if (loadIdOfLoadsFile(name) !== undefined) places.push({ day, name });
  if (places.length === 0)
    throw new ConfigError(
      `${directory} holds no archive: it has no load in \`_loads\`. Name the folder of \`sync --archive\`.`,
    );
  const loads: ArchivedLoad[] = [];
  for (let from = 0; from < places.length; from += filesAtOnce)
    loads.push(...(await Promise.all(places.slice(from, from + filesAtOnce).map((place) => readLoad(layout, place)))));
  return loads.sort((a, b) => compare(a.loadedAt, b.loadedAt) || compare(a.id, b.id));
}

async function readLoad(layout: Layout, place: { readonly day: string; readonly name: string }): Promise<ArchivedLoad> {
  const path = join(layout.loadsFolder, place.day, place.name);
  const rows: LoadRow[] = [];
  for await (const line of linesOf(path)) rows.push(readRow(path, line));
  const [first] = rows;
  if (first === undefined || first._load_id !== loadIdOfLoadsFile(place.name))
    throw damaged(path, "is about another load");
  const load = {
    id: first._load_id,
    runId: first.run_id,
    workspaceId: first._workspace_id,
    loadedAt: first._loaded_at,
    day: place.day,
    records: rows.map((row) => recordOf(path, row)),
    files: first[filesColumn].map((file) => ({ ...file, table: tableNamed(path, file.table) })),
  };
  checkCounts(path, load);
  return load;
}

function readRow(path: string, line: Buffer): LoadRow {
  const value = parseJson(line.toString());
  refuseUnknown(path, "_loads", value, [filesColumn]);
  const parsed = rowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(
    path,
    `has a wrong row (${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""})`,
  );
}

function recordOf(path: string, row: LoadRow): LoadRecord {
  return {
    stream: tableNamed(path, row.stream),
    row_count: row.row_count,
    rejected_count: row.rejected_count,
    ...(row.unseen_count === undefined || row.unseen_count === null ? {} : { unseen_count: row.unseen_count }),
    range_from: row.range_from ?? null,
    window_from: row.window_from ?? null,
    window_to: row.window_to ?? null,
    settled_to: row.settled_to ?? null,
    ...(row.modes === undefined || row.modes === null ? {} : { modes: row.modes }),
  };
}

/** The files' rows are those of `_loads`, or fewer where a purge has removed some. Errors: WarehouseError. */
function checkCounts(path: string, { records, files }: ArchivedLoad): void {
  for (const { stream, row_count } of records) {
    const rows = files.filter(({ table }) => table === stream).reduce((sum, file) => sum + file.rows, 0);
    if (rows > row_count)
      throw damaged(path, `counts ${counted(row_count, "row")} of ${stream}, and lists files with ${rows}`);
  }
}

/** Errors: ConfigError when this version has no such table. */
function tableNamed(path: string, name: string): RawTableName {
  const table = loadTables.find((each) => each.name === name);
  if (table === undefined) throw newer(path, `the stream ${name}`);
  return table.name;
}

/** Errors: ConfigError when a row has a column that this version does not know. @param more columns of the archive alone */
export function refuseUnknown(path: string, table: RawTableName, row: unknown, more: readonly string[] = []): void {
  if (typeof row !== "object" || row === null) return;
  const known = columnsOf.get(table);
  const unknown = Object.keys(row).find((name) => known?.has(name) !== true && !more.includes(name));
  if (unknown !== undefined) throw newer(path, `the column ${unknown} of ${table}`);
}

const columnsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  rawTables.map(({ name }) => [name, new Set(rawTable(name).columns.map((column) => column.name))]),
);

function newer(path: string, what: string): ConfigError {
  return new ConfigError(
    `${path} has ${what}, which this version does not know: a newer version wrote the archive. Update this project, and run again. What was replayed before stays.`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
