import type { ConversationEvent } from "../../fake/desk/events.ts";
import { lastStates } from "./states.ts";

/** The rating as syncs found it, as far as it was asked for by the same request; `syncedAt` in epoch seconds, ascending. */
export function earlierRatingColumns(
  events: readonly ConversationEvent[],
  syncedAt: readonly number[],
): Readonly<Record<string, number | boolean | null>> {
  const { rating, ratingAskedAt } = lastStates(events);
  const found = syncedAt.flatMap((moment) => {
    const then = lastStates(events.filter(({ at }) => at <= moment));
    return rating !== null && then.rating !== null && then.ratingAskedAt === ratingAskedAt ? [then.rating] : [];
  });
  const [first] = found;
  const wasGood = first !== undefined && first >= 4;
  const isGood = rating !== null && rating >= 4;
  return {
    first_rating: first ?? null,
    is_rating_changed: found.some((earlier) => earlier !== rating),
    is_rating_improved: first !== undefined && !wasGood && isGood,
    is_rating_worsened: wasGood && !isGood,
  };
}
