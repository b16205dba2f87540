import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Config } from "../config.ts";
import { bootId, isRunning, placeOfProcesses } from "../process-place.ts";
import { isRunId } from "../run-id.ts";

/** A run counts as over when nothing in its folder has changed for this long, and nothing else is known of the run. */
export const silenceMsMax = 24 * 3_600_000;

/** The file in a run's folder that says which process owns it. */
export const ownerFile = "run.json";

/** The owner of a run, as other processes read it. */
export type RunOwner = {
  readonly pid: number;
  readonly runId: string;
  readonly startedAt: string;
  /** The machine and container where the process id is unique; undefined in the folder of an older version. */
  readonly place?: string | undefined;
  /** When the process began, in ticks since the machine's start; empty where the system does not say. */
  readonly processStart?: string | undefined;
  /** The warehouse that the run holds while it writes into the folder. */
  readonly warehouse?: string | undefined;
};

/** The process that looks at a run: where it is, and the warehouse that it holds, if any. */
export type Onlooker = { readonly place: string; readonly warehouse: string | undefined };

/**
 * Whether a run is over for certain. A process id alone proves nothing: two containers may share a folder, and each has a
 * process 1. A run is over when one of these is true:
 * - the onlooker holds the warehouse that the run held, since only one process can hold it;
 * - the onlooker sees the run's process ids, and the process is gone or another process has its id;
 * - nothing in the run's folder has changed for `silenceMsMax`.
 * @param silentMs how long nothing in the run's folder has changed
 */
export async function isOver(owner: RunOwner | undefined, onlooker: Onlooker, silentMs: number): Promise<boolean> {
  if (owner?.warehouse !== undefined && owner.warehouse === onlooker.warehouse) return true;
  if (owner?.place !== undefined && owner.place === onlooker.place)
    return !(await isRunning(owner.pid, owner.processStart));
  return silentMs > silenceMsMax;
}

/** The name of a warehouse: runs with the same name hold the same warehouse. */
export async function warehouseIdentity(
  config: Pick<Config, "warehouse" | "duckdbPath" | "rawDataset" | "bigQuery">,
): Promise<string> {
  return config.warehouse === "duckdb"
    ? fileIdentity(config.duckdbPath)
    : datasetIdentity(config.bigQuery, config.rawDataset);
}

export function datasetIdentity(
  { project, emulatorHost }: { readonly project: string; readonly emulatorHost: string | undefined },
  dataset: string,
): string {
  return ["bigquery", emulatorHost, project, dataset].filter((part) => part !== undefined).join(" ");
}

/**
 * A file's folder on this machine's disks, and the file's name. Not the path: two containers may mount different disks at one
 * path. Not the file itself: a purge replaces it. The folder must exist.
 */
export async function fileIdentity(path: string): Promise<string> {
  const real = await realpath(path).catch(() => path);
  const { dev, ino } = await stat(dirname(real), { bigint: true });
  return `duckdb ${await bootId()} ${dev}:${ino} ${basename(real)}`;
}

/**
 * The owners of the runs' folders under `<state>/spool`, by the folder's name; undefined when the folder does not say. What is no
 * run's folder is left out: with STATE_DIR=/var, another program has that folder too.
 */
export async function runOwners(stateDirectory: string): Promise<ReadonlyMap<string, RunOwner | undefined>> {
  const root = join(stateDirectory, "spool");
  const owners = new Map<string, RunOwner | undefined>();
  for (const name of await readdir(root).catch(() => [])) {
    const text = await readFile(join(root, name, ownerFile), "utf8").catch(() => "");
    const owner = ownerOf(text);
    if (owner !== undefined || isRunId(name)) owners.set(name, owner);
  }
  return owners;
}

function ownerOf(text: string): RunOwner | undefined {
  try {
    const owner: unknown = JSON.parse(text);
    if (typeof owner !== "object" || owner === null || !("pid" in owner) || typeof owner.pid !== "number")
      return undefined;
    const fields = new Map<string, unknown>(Object.entries(owner));
    const textAt = (key: string): string | undefined => {
      const value = fields.get(key);
      return typeof value === "string" ? value : undefined;
    };
    return {
      pid: owner.pid,
      runId: textAt("runId") ?? "",
      startedAt: textAt("startedAt") ?? "",
      place: textAt("place"),
      processStart: textAt("processStart"),
      warehouse: textAt("warehouse"),
    };
  } catch {
    return undefined;
  }
}

/** The run that holds a warehouse, when a folder under the state directory says so. @param pid the run's process, if known */
export async function runThatHolds(
  stateDirectory: string,
  warehouse: string | undefined,
  pid: number | undefined,
): Promise<RunOwner | undefined> {
  const owners = [...(await runOwners(stateDirectory)).values()].filter((owner) => owner !== undefined);
  const place = await placeOfProcesses();
  return (
    owners.find((owner) => pid !== undefined && owner.pid === pid && (owner.place ?? place) === place) ??
    owners.find((owner) => warehouse !== undefined && owner.warehouse === warehouse && owner.place !== place)
  );
}
