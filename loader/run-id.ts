import { randomBytes } from "node:crypto";

/**
 * The id of a run: when it began (UTC, to the second) and six random digits, so that two runs of one second differ.
 * Ids sort by time. @param command what runs, where it is not a sync
 */
export function newRunId(startedAtMs: number, command?: "activate" | "purge" | "replay"): string {
  const stamp = new Date(startedAtMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return [stamp, ...(command === undefined ? [] : [command]), randomBytes(3).toString("hex")].join("-");
}

/** The id of a run's load. @param number 1, 2, 3 … */
export function loadIdOf(runId: string, number: number): string {
  return `${runId}-${String(number).padStart(6, "0")}`;
}

/** Whether a name may be a run's id, or begin with one. */
export function isRunId(name: string): boolean {
  return /^\d{8}T\d{6}-/.test(name);
}
