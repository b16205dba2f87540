import type { Config } from "../config.ts";
import { counted } from "../counted.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, messageOf, WarehouseError } from "../errors.ts";
import type { PurgedArchive } from "../load/archive/purge.ts";
import type { ReadArchive } from "../load/archive/replay.ts";
import { newRunId } from "../run-id.ts";
import { openSpool } from "./spool.ts";
import { openWarehouse } from "./warehouse.ts";

/**
 * Opens the archive that a purge changes, before anything is removed.
 * Errors: ConfigError when there is none, or when it can't be written; WarehouseError when it is damaged.
 */
export async function openArchive(directory: string, isDryRun: boolean): Promise<ReadArchive> {
  const [{ readArchive }, { Archive }] = await Promise.all([
    import("../load/archive/replay.ts"),
    import("../load/archive/archive.ts"),
  ]);
  const archive = await readArchive(directory);
  if (!isDryRun)
    await Archive.open(directory).catch((error: unknown) => {
      throw new ConfigError(
        `The archive ${directory} can't be written, so it would keep what is purged: ${messageOf(causeOf(error))}. Run as the user who owns it, or make it writable. Nothing was removed.`,
        { cause: error },
      );
    });
  return archive;
}

/** An error after the warehouse was purged, with what is still to do. An interruption stays as it is. */
function stillInArchive(error: unknown, { layout }: ReadArchive): unknown {
  if (!(error instanceof WarehouseError)) return error;
  return new WarehouseError(
    `${messageOf(error)} The warehouse is purged, and ${layout.directory} still has what was removed: then run \`make purge ARGS="--archive ${layout.directory}"\`.`,
    { cause: error },
  );
}

/**
 * Removes from an archive what the purge has removed from the warehouse, which is opened as for a sync: it says what is left.
 * Errors: WarehouseError that says what is still to do.
 */
export function purgeInArchive(
  config: Config,
  effects: Effects,
  archive: ReadArchive,
  signal: AbortSignal,
): Promise<PurgedArchive> {
  return purgeOf(config, effects, archive, signal).catch((error: unknown) => {
    throw stillInArchive(error, archive);
  });
}

async function purgeOf(
  config: Config,
  effects: Effects,
  archive: ReadArchive,
  signal: AbortSignal,
): Promise<PurgedArchive> {
  const { purgeArchive } = await import("../load/archive/purge.ts");
  const runId = newRunId(effects.now(), "purge");
  const warehouse = await openWarehouse(config, effects, () => undefined);
  try {
    const spool = await openSpool(config, effects, runId);
    try {
      await warehouse.prepare(runId);
      const options = { spoolFolder: spool.directory, log: effects.log, signal };
      return await purgeArchive(archive, await warehouse.archiveStore(), options);
    } finally {
      await spool.remove();
    }
  } finally {
    await warehouse.close();
  }
}

export function* archiveLines({ loads, files, unknown }: PurgedArchive): Generator<string> {
  yield `In the archive, ${counted(loads, "load was", "loads were")} written again without the removed rows; ${counted(files, "earlier file")} went.`;
  if (unknown > 0)
    yield `The archive has ${counted(unknown, "load")} that the warehouse lacks: nobody looked into them. Replay the archive into an empty warehouse, and purge there.`;
}

/** What the system said, where an error of ours wraps that. */
function causeOf(error: unknown): unknown {
  return error instanceof WarehouseError && error.cause !== undefined ? error.cause : error;
}
