import { realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, systemCodeOf } from "../../errors.ts";
import { removeKilled } from "../../unfinished.ts";
import { troubleOf } from "./errors.ts";

/**
 * What is at the path of a snapshot. `madeOf` is what an earlier snapshot says that it was made of. What is no snapshot, or can't be
 * looked at, has an error that says so.
 */
type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "snapshot"; readonly madeOf: string | null }
  | { readonly kind: "other" | "held"; readonly error: ConfigError };

/**
 * Where a snapshot goes: the path without links, and what is there.
 * Errors: ConfigError when the path is the warehouse.
 */
export async function placeOf(
  output: string,
  warehouse: string,
): Promise<{ readonly place: string; readonly found: Found }> {
  const place = await withoutLinks(output);
  const [there, own] = [await statOf(place), await statOf(warehouse)];
  if (place === (await withoutLinks(warehouse)) || (there && own && there.dev === own.dev && there.ino === own.ino))
    throw new ConfigError(
      `DUCKDB_MARTS_PATH (${output}) is the warehouse itself: give readers a file of their own, or unset the variable.`,
    );
  return { place, found: await lookAt(output, place) };
}

/**
 * Removes a snapshot, as when it may hold what was purged. Another file stays: it has nothing of ours.
 * @returns an error when a program has it open for writing, so that nobody can say whether it is a snapshot
 */
export async function removeSnapshot(output: string, warehouse: string): Promise<ConfigError | undefined> {
  const { place, found } = await placeOf(output, warehouse);
  await removeKilled(dirname(place), [basename(place)]);
  if (found.kind === "held")
    return new ConfigError(
      `${output} may hold what was purged, and is open for writing in another program: close it there, and remove the file.`,
      { cause: found.error },
    );
  if (found.kind === "snapshot") for (const name of [place, `${place}.wal`]) await rm(name, { force: true });
  return undefined;
}

async function lookAt(output: string, place: string): Promise<Found> {
  const there = await statOf(place);
  if (there === undefined) return { kind: "nothing" };
  const other = (sentence: string, cause?: unknown): Found => ({
    kind: "other",
    error: new ConfigError(`${output} ${sentence}`, { cause }),
  });
  if (there.isDirectory()) return other("is a folder: set DUCKDB_MARTS_PATH to a file in it.");
  if (!there.isFile()) return other("is not a file: set DUCKDB_MARTS_PATH to a path where nothing is.");
  try {
    const instance = await DuckDBInstance.create(place, { access_mode: "READ_ONLY" });
    try {
      const connection = await instance.connect();
      const rows = (await connection.runAndReadAll("select made_of from main.snapshot")).getRows();
      connection.closeSync();
      const [[madeOf] = []] = rows;
      return { kind: "snapshot", madeOf: typeof madeOf === "string" ? madeOf : null };
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    if (troubleOf(error, place) === "held") {
      const sentence = `${output} is open for writing in another program: close it there, and open it read-only from now on.`;
      return { kind: "held", error: new ConfigError(sentence, { cause: error }) };
    }
    return other(
      "is no snapshot of this project, and stays as it is: move it away, or set DUCKDB_MARTS_PATH to another file.",
      error,
    );
  }
}

/** A path without symbolic links; the file itself need not be there, and its folders neither. */
async function withoutLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const folder = dirname(path);
    if (systemCodeOf(error) !== "ENOENT" || folder === path) return path;
    return join(await withoutLinks(folder), basename(path));
  }
}

async function statOf(path: string) {
  return stat(path).catch(() => undefined);
}
