// Notes on contacts and companies, and the segments that they belong to.
import type { JsonObject } from "../../json.ts";
import { renderSegments, TEAMMATES } from "../people.ts";
import { hash32 } from "../random.ts";

const DAY = 86400;

/** The latest first. `draw` tells contacts and companies apart; `since`: when the record began, epoch seconds. */
export function renderNotes(
  about: "contact" | "company",
  id: string,
  draw: number,
  since: number,
  epoch: number,
): readonly JsonObject[] {
  const hash = hash32(draw, about === "contact" ? 109 : 110);
  if (hash % 5 > 1) return [];
  const notes: JsonObject[] = [];
  for (let number = 0; number < 1 + (hash % 3); number++) {
    const at = since + (3 + number * 30) * DAY;
    if (at > epoch) break;
    const teammate = TEAMMATES[(draw + number) % 7];
    notes.unshift({
      type: "note",
      id: String((about === "contact" ? 30_000_000 : 35_000_000) + draw * 10 + number),
      created_at: at,
      [about]: { type: about, id },
      author: {
        type: "admin",
        id: teammate?.id,
        name: teammate?.name,
        email: teammate?.email,
        away_mode_enabled: false,
        away_mode_reassign: false,
      },
      body: `<p>Prefers to be called &amp; not mailed (${number + 1}).</p>`,
    });
  }
  return notes;
}

export function renderSegmentsOf(draw: number): readonly JsonObject[] {
  return renderSegments(false).filter((_, index) => (hash32(draw, 111) >> index) % 2 === 1);
}
