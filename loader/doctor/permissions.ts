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
  const sentences = [
    ...(paths.length === 0
      ? []
      : [`other users of this machine may read ${paths.join(", ")}: the next sync or build takes that away`]),
    ...variables.map(
      (name) => `other users of this machine may read the file that ${name} names: run \`chmod 600\` on the file`,
    ),
  ];
  if (sentences.length === 0) return "what is stored here is for this user alone";
  return { found: sentences.join("; "), isWarning: true };
}
