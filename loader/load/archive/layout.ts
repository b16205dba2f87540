import { join } from "node:path";
import { type RawTable, type RawTableName, rawTables } from "../raw-tables.ts";

/**
 * Where an archive has its files:
 *
 * - `<table>/<day>/<load id>.<n>.ndjson.gz`: rows of a load, n = 1, 2, 3 …
 * - `_loads/<day>/<load id>.ndjson.gz`: the load's rows of `_loads`, each with the list of the load's files. A load counts only
 *   when this file is there: it comes last.
 * - `_activations/<day>/<workspace>.<version>.<rows>.ndjson.gz`: what was sent on a day. The greatest version counts.
 * - `_purged/<day>/<workspace>.<version>.<rows>.ndjson.gz`: what purges have removed on a day, likewise.
 * - `_pending/<workspace>/`: files of loads that the warehouse does not have yet.
 *
 * A day is the UTC day of `_loaded_at`.
 */
export const ending = ".ndjson.gz";
const loadsTable = "_loads";

/** The tables whose rows belong to no load, and are only ever added: they are archived by days. */
export const dayTables = ["_activations", "_purged"] as const;
export type DayTableName = (typeof dayTables)[number];

/** A file of a load's rows. */
export type ArchivedFile = { readonly table: RawTableName; readonly name: string; readonly rows: number };

/** The column that rows of `_loads` have in the archive alone: the load's files. */
export const filesColumn = "_files";

/** The tables whose rows loads bring. */
export const loadTables: readonly RawTable[] = rawTables.filter(
  ({ name, columns }) => name !== loadsTable && columns.some((column) => column.name === "_load_id"),
);

/** The UTC day of a time in ISO 8601 with Z. */
export function dayOf(time: string): string {
  return time.slice(0, "2026-01-31".length);
}

export function isDay(name: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(name);
}

/** A file's name without its folder. @param number 1, 2, 3 … */
export function fileName(loadId: string, number: number): string {
  return `${loadId}.${number}${ending}`;
}

/** The id of the load that a file of rows belongs to; undefined for other names. */
export function loadIdOfFile(name: string): string | undefined {
  return /^([^.]+)\.\d+\.ndjson\.gz$/.exec(name)?.[1];
}

/** The number in the name of a file of rows; 0 for other names. */
export function numberOfFile(name: string): number {
  return Number(/^[^.]+\.(\d+)\.ndjson\.gz$/.exec(name)?.[1] ?? 0);
}

/** The id of the load that a file of `_loads` is about; undefined for other names. */
export function loadIdOfLoadsFile(name: string): string | undefined {
  return /^([^.]+)\.ndjson\.gz$/.exec(name)?.[1];
}

/** The paths of an archive. */
export class Layout {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get loadsFolder(): string {
    return join(this.directory, loadsTable);
  }

  tableFolder(table: string): string {
    return join(this.directory, table);
  }

  file(day: string, { table, name }: Pick<ArchivedFile, "table" | "name">): string {
    return join(this.directory, table, day, name);
  }

  loadsFile(day: string, loadId: string): string {
    return join(this.loadsFolder, day, `${loadId}${ending}`);
  }

  /** Workspaces have folders of their own, so that two runs that share an archive leave each other's files alone. */
  pendingFolder(workspaceId: string): string {
    return join(this.directory, "_pending", encoded(workspaceId));
  }

  pendingFile(workspaceId: string, { table, name }: Pick<ArchivedFile, "table" | "name">): string {
    return join(this.pendingFolder(workspaceId), `${table}.${name}`);
  }

  pendingLoadsFile(workspaceId: string, loadId: string): string {
    return join(this.pendingFolder(workspaceId), `${loadsTable}.${loadId}${ending}`);
  }

  dayFile(
    table: DayTableName,
    day: string,
    workspaceId: string,
    { version, rows }: Omit<DayFileName, "workspace">,
  ): string {
    return join(this.tableFolder(table), day, `${encoded(workspaceId)}.${version}.${rows}${ending}`);
  }
}

/** What the name of a day's file says. */
export type DayFileName = { readonly workspace: string; readonly version: number; readonly rows: number };

/** A day's file, by its name; undefined for other names. */
export function dayOfFile(name: string): DayFileName | undefined {
  const match = /^([^.]*)\.(\d+)\.(\d+)\.ndjson\.gz$/.exec(name);
  return match === null ? undefined : { workspace: match[1] ?? "", version: Number(match[2]), rows: Number(match[3]) };
}

/** A text as a part of a path, whatever characters it has. */
export function encoded(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]/g, (character) => `%${character.codePointAt(0)?.toString(16)}`);
}
