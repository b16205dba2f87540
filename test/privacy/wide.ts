import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Ended, loader } from "../tools/loader-process.ts";

/** A shell around a command: the user's own mask forbids nobody anything. */
export const withoutMask = 'umask 000; exec "$@"';
const nobody = 65_534;

/** Runs the loader for a user whose mask forbids nobody anything. */
export function loaderWithoutMask(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  return loader(args, environment, { shell: withoutMask });
}

/** Each file and folder in a folder that others may read, write or enter, with its mode. */
export function openIn(folder: string): string[] {
  return pathsIn(folder).flatMap((path) => {
    const { mode } = lstatSync(path);
    return lstatSync(path).isSymbolicLink() || (mode & 0o077) === 0 ? [] : [`${(mode & 0o777).toString(8)} ${path}`];
  });
}

/** Gives everybody every permission, as if an earlier version had written everything. */
export function openAll(folder: string): void {
  for (const path of pathsIn(folder)) chmodSync(path, lstatSync(path).isDirectory() ? 0o777 : 0o666);
}

/** Everything in a folder, and below it. */
export function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

/** The files that another user of this machine can read, as that user finds them; undefined where only root could ask. */
export function readableByNobody(folder: string): string[] | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const script = `find "$0" -type f -readable 2> /dev/null || true`;
  const found = execFileSync("/bin/bash", ["-c", script, folder], { uid: nobody, gid: nobody, encoding: "utf8" });
  return found.split("\n").filter((line) => line !== "");
}
