import { modesOfFull, modesOfPurged } from "../privacy.ts";

/** Stands between the modes in the result of a query. */
export const betweenModes = "; ";

/** The modes of a stream's loads, as a query gives them; loads that left nothing out have none. Copies of old records do not count. */
export function modesIn(text: unknown): readonly string[] {
  return [...new Set(String(text ?? "").split(betweenModes))]
    .filter((modes) => modes !== modesOfPurged)
    .map((modes) => (modes === "" ? modesOfFull : modes));
}
