import { readFileSync } from "node:fs";

/**
 * The greatest memory that this process had, bytes. Linux counts in `maxRSS` also what the process had that started this one, such
 * as a scheduler.
 */
export function peakMemoryBytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(processStatus()) ?? [];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}

/** What Linux says of this process; nothing elsewhere. */
function processStatus(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
