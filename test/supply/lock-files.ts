import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { repository } from "../tools/repository.ts";

/** A package that a lock file names. */
export type Locked = { readonly name: string; readonly version: string };

const npmLock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

/** What package-lock.json says of each package, ours left out. */
export function npmLocked(): readonly (Locked & {
  readonly integrity: string | undefined;
  readonly license: string | undefined;
  readonly hasInstallScript: boolean;
})[] {
  const { packages } = npmLock.parse(JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { name, version, integrity, license, hasInstallScript = false }]) => ({
      name: name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: version ?? "",
      integrity,
      license,
      hasInstallScript,
    }));
}

/** The lock files of Python's packages. */
export const pythonLockFiles: readonly string[] = globSync(["requirements*.lock", "test/*/*.lock"], {
  cwd: repository,
}).sort();

/** What a lock file of Python's packages names; `isForAll`: not for some systems or versions of Python alone. */
export function pythonLocked(file: string): readonly (Locked & { readonly isForAll: boolean })[] {
  const lines = readFileSync(join(repository, file), "utf8").matchAll(/^([A-Za-z0-9._-]+)==([^ ;\\]+)( ;)?/gm);
  return [...lines].map(([, name = "", version = "", marker]) => ({ name, version, isForAll: marker === undefined }));
}

/** How Python compares names: `Boolean.py` is `boolean-py`. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
