import { join } from "node:path";
import { WarehouseError } from "../../errors.ts";
import { namesIn, publish, remove, writeGzip } from "./disk.ts";
import { type DayFileName, type DayTableName, dayOfFile, dayTables, encoded, isDay, type Layout } from "./layout.ts";
import type { ArchiveStore, TableDay } from "./store.ts";

/** A file with one day of a table and a workspace. */
export type DayFile = DayFileName & { readonly day: string; readonly path: string };

/** Which days are archived again: those that have grown, or all of them. */
type Days = "grown" | "all";

/**
 * Archives the days of the tables that belong to no load. Rows are only ever added, so a day with as many rows as in the archive is
 * the same. Any other day is written again as a whole, under the next version, before the earlier version is removed.
 * @returns how many files were archived
 */
export async function archiveDays(layout: Layout, store: ArchiveStore, days: Days = "grown"): Promise<number> {
  let files = 0;
  for (const table of dayTables) {
    const archived = Map.groupBy(await dayFiles(layout, table), keyOf);
    for (const day of await store.days(table)) {
      const before = archived.get(keyOf({ day: day.day, workspace: encoded(day.workspaceId) })) ?? [];
      const last = before.at(-1);
      const isCurrent = days === "grown" && last?.rows === day.rows;
      if (!isCurrent) {
        await archiveDay(layout, store, day, (last?.version ?? 0) + 1);
        files += 1;
      }
      for (const each of before) if (each !== last || !isCurrent) await remove(each.path);
    }
  }
  return files;
}

async function archiveDay(layout: Layout, store: ArchiveStore, of: TableDay, version: number): Promise<void> {
  const { table, day, workspaceId } = of;
  const pending = join(layout.pendingFolder(workspaceId), `${table}.${day}.gz`);
  let rows = 0;
  await writeGzip(
    pending,
    (async function* () {
      for await (const line of store.rowsOfDay(of)) {
        rows += 1;
        yield `${line}\n`;
      }
    })(),
  );
  if (rows !== of.rows)
    throw new WarehouseError(
      `\`${table}\` gave ${rows} rows of ${day} instead of ${of.rows}, so they are not archived: run again.`,
    );
  await publish(pending, layout.dayFile(table, day, workspaceId, { version, rows }));
}

/** The files of a table, by day, workspace and version. */
async function dayFiles(layout: Layout, table: DayTableName): Promise<readonly DayFile[]> {
  const files: DayFile[] = [];
  const folder = layout.tableFolder(table);
  for (const day of (await namesIn(folder)).filter(isDay))
    for (const name of await namesIn(join(folder, day))) {
      const parts = dayOfFile(name);
      if (parts !== undefined) files.push({ day, ...parts, path: join(folder, day, name) });
    }
  return files.sort((a, b) => a.version - b.version);
}

/** The newest version of each day and workspace of a table. */
export async function newestDayFiles(layout: Layout, table: DayTableName): Promise<readonly DayFile[]> {
  return [...Map.groupBy(await dayFiles(layout, table), keyOf).values()].flatMap((versions) => versions.at(-1) ?? []);
}

function keyOf({ day, workspace }: Pick<DayFile, "day" | "workspace">): string {
  return `${day} ${workspace}`;
}
