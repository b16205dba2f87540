import { modesOfFull } from "../privacy.ts";

/** Stands between the modes in the result of a query. */
export const betweenModes = "; ";

/** The modes of a stream's loads, as a query gives them; loads that left nothing out have none. */
export function modesIn(text: unknown): readonly string[] {
  return [...new Set(String(text ?? "").split(betweenModes))].map((modes) => (modes === "" ? modesOfFull : modes));
}
