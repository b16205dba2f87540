import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A file of more lines holds more than one thing. */
const linesMax = 300;

/** How many lines each file has that a pattern finds. */
export function linesOf(folder: string, pattern: string): ReadonlyMap<string, number> {
  const files = globSync(pattern, { cwd: folder }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8").split("\n").length - 1]));
}

/** The files that are too long, as lines. */
export function tooLong(lines: ReadonlyMap<string, number>): readonly string[] {
  return [...lines].filter(([, count]) => count > linesMax).map(([file, count]) => `${file} has ${count} lines`);
}

/** The median of the files' lines; the greater one of the two in the middle. */
export function medianOf(lines: ReadonlyMap<string, number>): number {
  return [...lines.values()].sort((a, b) => a - b)[Math.floor(lines.size / 2)] ?? 0;
}

/** Whether a file's name begins with the name of a folder that it is in, and goes on: `bigquery/bigquery-client.ts`. */
export function repeatsFolder(path: string): boolean {
  const name = basename(path);
  return dirname(path)
    .split("/")
    .some((folder) => folder !== "." && /^[-_]/.test(name.slice(folder.length)) && name.startsWith(folder));
}
