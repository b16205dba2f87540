import { join } from "node:path";
import { WarehouseError } from "../../errors.ts";
import { namesIn, publish, remove, writeGzip } from "./disk.ts";
import { activationsOfFile, encoded, isDay, type Layout } from "./layout.ts";
import type { ActivationDay, ArchiveStore } from "./store.ts";

/** A file of `_activations`. */
export type ActivationsFile = {
  readonly day: string;
  readonly workspace: string;
  readonly version: number;
  readonly rows: number;
  readonly path: string;
};

/** Which days are archived again: those that have grown, or all of them. */
type Days = "grown" | "all";

/**
 * Archives the days of `_activations` that have another number of steps in the warehouse than in the archive: steps are only
 * ever added. A day is written again as a whole, under the next version, before the earlier version is removed.
 * @returns how many files were archived
 */
export async function archiveActivations(layout: Layout, store: ArchiveStore, days: Days = "grown"): Promise<number> {
  const archived = Map.groupBy(await activationsFiles(layout), keyOf);
  let files = 0;
  for (const day of await store.activationDays()) {
    const before = archived.get(keyOf({ day: day.day, workspace: encoded(day.workspaceId) })) ?? [];
    const last = before.at(-1);
    const isCurrent = days === "grown" && last?.rows === day.rows;
    if (!isCurrent) {
      await archiveDay(layout, store, day, (last?.version ?? 0) + 1);
      files += 1;
    }
    for (const each of before) if (each !== last || !isCurrent) await remove(each.path);
  }
  return files;
}

async function archiveDay(layout: Layout, store: ArchiveStore, day: ActivationDay, version: number): Promise<void> {
  const file = layout.activationsFile(day.day, day.workspaceId, version, day.rows);
  const pending = join(layout.pendingFolder(day.workspaceId), `_activations.${day.day}.gz`);
  let rows = 0;
  await writeGzip(
    pending,
    (async function* () {
      for await (const line of store.activations(day)) {
        rows += 1;
        yield `${line}\n`;
      }
    })(),
  );
  if (rows !== day.rows)
    throw new WarehouseError(
      `\`_activations\` gave ${rows} steps of ${day.day} instead of ${day.rows}, so they are not archived: run again.`,
    );
  await publish(pending, file);
}

/** The files of `_activations`, by day, workspace and version. */
export async function activationsFiles(layout: Layout): Promise<readonly ActivationsFile[]> {
  const files: ActivationsFile[] = [];
  for (const day of (await namesIn(layout.activationsFolder)).filter(isDay))
    for (const name of await namesIn(join(layout.activationsFolder, day))) {
      const parts = activationsOfFile(name);
      if (parts !== undefined) files.push({ day, ...parts, path: join(layout.activationsFolder, day, name) });
    }
  return files.sort((a, b) => a.version - b.version);
}

/** The newest version of each day and workspace. */
export function newestActivations(files: readonly ActivationsFile[]): readonly ActivationsFile[] {
  return [...Map.groupBy(files, keyOf).values()].flatMap((versions) => versions.at(-1) ?? []);
}

function keyOf({ day, workspace }: Pick<ActivationsFile, "day" | "workspace">): string {
  return `${day} ${workspace}`;
}
