import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { writeJson } from "../../json.ts";
import { loadRowsOf } from "../loads.ts";
import type { FinishedLoad, SpoolFile } from "../open-load.ts";
import { type RawRow, rawTable } from "../raw-tables.ts";
import { publish, remove, synced, writeGzip } from "./disk.ts";
import { type ArchivedFile, dayOf, fileName, filesColumn, type Layout } from "./layout.ts";

/**
 * The most bytes of rows in one file; a longer row has a file of its own. BigQuery reads gzip files of up to 4 GB, and rows of
 * up to 100 MB. An answer of Intercom has at most 64 MB.
 */
const fileBytesMax = 256 * 2 ** 20;

/** A load whose files are in the pending folder. */
export type PendingLoad = {
  readonly id: string;
  readonly workspaceId: string;
  readonly day: string;
  readonly files: readonly ArchivedFile[];
};

/** Writes a load's files into the pending folder. The file of `_loads` comes last. Errors: WarehouseError. */
export async function hold(layout: Layout, load: FinishedLoad): Promise<PendingLoad> {
  const files: ArchivedFile[] = [];
  for (const [table, spooled] of Map.groupBy(load.files, (file) => file.table)) {
    for (const [index, group] of (await groupsBySize(spooled)).entries()) {
      const file = { table, name: fileName(load.id, index + 1), rows: rowsOf(group) };
      await writeGzip(layout.pendingFile(load.workspaceId, file), contentOf(group));
      files.push(file);
    }
  }
  const pending = { id: load.id, workspaceId: load.workspaceId, day: dayOf(load.loadedAt), files };
  await holdLoadRows(layout, pending, loadRowsOf(load));
  return pending;
}

/** Writes a load's rows of `_loads` into the pending folder. @param rows with or without all columns */
export async function holdLoadRows(layout: Layout, pending: PendingLoad, rows: readonly RawRow[]): Promise<void> {
  const { columns } = rawTable("_loads");
  const lines = rows.map((row) => {
    const stored = Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));
    return `${writeJson({ ...stored, [filesColumn]: pending.files })}\n`;
  });
  await writeGzip(layout.pendingLoadsFile(pending.workspaceId, pending.id), piecesOf(lines));
  await synced(layout.pendingFolder(pending.workspaceId));
}

/** Gives the files of a load, which the warehouse has, their final names. Errors: WarehouseError. */
export async function publishLoad(layout: Layout, pending: PendingLoad): Promise<void> {
  for (const file of pending.files)
    await publishOnce(layout.pendingFile(pending.workspaceId, file), layout.file(pending.day, file));
  await publish(layout.pendingLoadsFile(pending.workspaceId, pending.id), layout.loadsFile(pending.day, pending.id));
}

/** Renames a file, unless a killed run has renamed it. */
async function publishOnce(from: string, to: string): Promise<void> {
  if (await isThere(from)) await publish(from, to);
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

export async function removePending(layout: Layout, pending: PendingLoad): Promise<void> {
  // Without this one, the others belong to no load.
  await remove(layout.pendingLoadsFile(pending.workspaceId, pending.id));
  for (const file of pending.files) await remove(layout.pendingFile(pending.workspaceId, file));
}

async function groupsBySize(files: readonly SpoolFile[]): Promise<readonly (readonly SpoolFile[])[]> {
  const groups: SpoolFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const { size } = await stat(file.path);
    if (bytes + size > fileBytesMax) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(file);
    bytes += size;
  }
  return groups;
}

async function* contentOf(files: readonly SpoolFile[]): AsyncGenerator<Buffer> {
  for (const { path } of files) yield* createReadStream(path);
}

async function* piecesOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

function rowsOf(files: readonly SpoolFile[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}
