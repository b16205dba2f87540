import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { counted } from "../counted.ts";
import { closeFolder, closeToOthers, openToOthers } from "../private-files.ts";
import { lastRunFile } from "../sync/last-run.ts";
import { removeKilled } from "../unfinished.ts";
import { printError } from "./print.ts";

const project = resolve(import.meta.dirname, "../..");
/** The project's own folder for data. Any other folder that you name may have files of yours, and stays as it is. */
const dataFolder = join(project, "data");
/** What dbt writes into the project, where these variables name no other place; `run_dbt.py` closes it to others. */
const dbtFolders = { DBT_TARGET_PATH: join(project, "target"), DBT_LOG_PATH: join(project, "logs") };

/**
 * What a command does before it writes: it removes what killed commands left, and takes other users' permissions from files that an
 * earlier version made. A command that only looks changes nothing, and does neither.
 */
export async function startWriting(config: Config, archive?: string): Promise<void> {
  await removeLeft(config);
  const open = [
    ...(await closeToOthers([
      ...(await keptPaths(config)),
      ...(archive === undefined ? [] : await archivePaths(archive)),
    ])),
    ...(isInDataFolder(config) ? await closeFolder(dataFolder) : []),
  ];
  const [first] = open;
  if (first === undefined) return;
  const more = open.length === 1 ? "" : `, and ${counted(open.length - 1, "more path", "more paths")}`;
  printError(
    `loader: other users of this machine may read ${first}${more}: its file system or its owner lets nobody change that. Move it to a disk with permissions.`,
  );
}

/** What is known to be of killed processes of this machine and container. The rest goes once a run holds the warehouse. */
async function removeLeft({ stateDirectory, duckdbMartsPath }: Config): Promise<void> {
  const [{ removeEndedRuns }, { removeOverflow }] = await Promise.all([
    import("../load/spool.ts"),
    import("../load/duckdb/overflow.ts"),
  ]);
  await removeEndedRuns(stateDirectory);
  await removeOverflow(stateDirectory);
  await removeKilled(stateDirectory, [lastRunFile]);
  if (duckdbMartsPath !== undefined) await removeKilled(dirname(duckdbMartsPath), [basename(duckdbMartsPath)]);
}

function isInDataFolder({ warehouse, duckdbPath, stateDirectory }: Config): boolean {
  const folders = [stateDirectory, ...(warehouse === "duckdb" ? [dirname(duckdbPath)] : [])];
  return folders.some((folder) => resolve(folder) === dataFolder);
}

/** The folders of an archive that are open to others; a closed one has closed what is in it. The archive's own folder is yours. */
async function archivePaths(archive: string): Promise<readonly string[]> {
  const { dayTables, Layout, loadTables } = await import("../load/archive/layout.ts");
  const layout = new Layout(archive);
  await removeKilled(archive, ["_pending"]);
  return openToOthers([
    join(archive, "_pending"),
    layout.loadsFolder,
    ...[...dayTables, ...loadTables.map(({ name }) => name)].map((name) => layout.tableFolder(name)),
  ]);
}

/** What of all this other users may read, write or enter. Nothing is changed. */
export async function openPaths(
  config: Config,
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<readonly string[]> {
  const ofDbt = Object.entries(dbtFolders).filter(([name]) => !environment[name]);
  return openToOthers([
    ...(await keptPaths(config)),
    ...(isInDataFolder(config) ? [dataFolder] : []),
    ...ofDbt.map(([, path]) => path),
  ]);
}

/** What the loader has written, where it is configured to. The marts' file is not among them: readers have it. */
async function keptPaths({ warehouse, duckdbPath, stateDirectory }: Config): Promise<readonly string[]> {
  const overflow = (await namesIn(stateDirectory)).filter((name) => name.startsWith("duckdb-overflow-"));
  const state = [lastRunFile, ...overflow].map((name) => join(stateDirectory, name));
  const duckDb = warehouse === "duckdb" ? await duckDbPaths(duckdbPath) : [];
  return [...duckDb, ...state, ...(await spoolPaths(stateDirectory))];
}

/** The warehouse's file, and what is beside it. A file of another kind is yours: the variable names it by mistake. */
async function duckDbPaths(path: string): Promise<readonly string[]> {
  const { checkFile } = await import("../load/duckdb/errors.ts");
  if ((await checkFile(path).catch(() => "none")) === "none") return [];
  return ["", ".wal", ".tmp", ".purge", ".purge.wal"].map((suffix) => path + suffix);
}

/** The spool when runs alone have folders in it; else their folders. */
async function spoolPaths(stateDirectory: string): Promise<readonly string[]> {
  const { runOwners } = await import("../load/run-owner.ts");
  const spool = join(stateDirectory, "spool");
  const runs = [...(await runOwners(stateDirectory)).keys()];
  const isOurs = (await namesIn(spool)).every((name) => runs.includes(name));
  return isOurs ? [spool] : runs.map((name) => join(spool, name));
}

function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
