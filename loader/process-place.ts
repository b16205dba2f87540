import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { systemCodeOf } from "./errors.ts";

/** Whether a process of this place is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === "EPERM";
  }
}

/** Whether the process that began at `start` is running here, and not another one with its id. @param start as `processStartOf` says */
export async function isRunning(pid: number, start: string | undefined): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const found = await processStartOf(pid);
  return start === undefined || start === "" || found === "" || found === start;
}

/** When a process began, in ticks since the machine's start; empty where the system does not say. */
export async function processStartOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // Field 2, the name, is in brackets and may have any character. Field 22 is the start.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return /^\d+$/.test(fields[19] ?? "") ? (fields[19] ?? "") : "";
}

/** This machine since its start, and the container: two containers may have the same name, and each has a process 1. */
export async function placeOfProcesses(): Promise<string> {
  const processes = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), await bootId(), processes].filter((part) => part !== "").join(" ");
}

/** This machine since its start; empty where the system does not say. */
export async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
}

/** The place and this process as they stand in the name of a file or folder: `<place>-<process>-<its start>`. */
export async function processName(): Promise<string> {
  return `${shortDigest(await placeOfProcesses())}-${process.pid}-${await processStartOf(process.pid)}`;
}

/** Twelve hexadecimal digits that stand for a text in a name. */
export function shortDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
