import { type Check, type Finding, look } from "./check.ts";

/** What other users of this machine may do. */
export type PermissionsProbe = {
  /** Our files and folders that others may read, write or enter. */
  readonly openPaths: () => Promise<readonly string[]>;
  /** The variables whose secret is in a file that others may read. */
  readonly openSecretFiles: readonly string[];
};

/**
 * Whether other users of this machine may read what is stored, or a secret. Both are warnings: a container has no other users, and its
 * secrets are mounted with the mode that its system chooses.
 */
export async function* checkPermissions({ openPaths, openSecretFiles }: PermissionsProbe): AsyncGenerator<Check> {
  yield* look("permissions", async () => permissionsOf(await openPaths(), openSecretFiles));
}

function permissionsOf(paths: readonly string[], variables: readonly string[]): Finding | string {
  const files = variables.map((name) => `the file that ${name} names`);
  const found = [...paths, ...files];
  if (found.length === 0) return "what is stored here is for this user alone";
  const fixes = [
    ...(paths.length === 0 ? [] : ["The next sync or build closes what is stored."]),
    ...(files.length === 0 ? [] : ["Run `chmod 600` on each file with a secret."]),
  ];
  return { found: `other users of this machine may read ${found.join(", ")}`, fix: fixes.join(" ") };
}
