import { ConfigError } from "../errors.ts";

/**
 * The version of the raw tables, stored with the table `_loads`. It grows with each change of a table or a column. An older loader
 * would leave new columns empty for good: a record that has not changed is not stored again. So it is refused.
 */
export const rawVersion = 2;

/** The version of tables with which none is stored, as version 0.1.0 made them. */
export const firstRawVersion = 1;

/**
 * @param stored the version of the tables that are there @param place the file or dataset
 * Errors: ConfigError when a newer loader made the tables.
 */
export function refuseNewer(stored: number, place: string): void {
  if (stored <= rawVersion) return;
  throw new ConfigError(
    `A newer version of this project made the raw tables in ${place}: they have version ${stored}, and this one knows version ${rawVersion}. Nothing was changed. Update this project, or use a copy from before the update.`,
  );
}
