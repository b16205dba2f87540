import { type OfficeHours, type SpanColumns, spanColumns } from "../metric-spans.ts";
import { firstOf, lastOf, type ThreadEntry } from "./thread.ts";
import type { Span } from "./turns.ts";

/** What a conversation's close is measured by; instants in epoch seconds. */
export type Resolved = {
  readonly isClosed: boolean;
  readonly isMergedAway: boolean;
  /** Whether some of its parts were never seen. */
  readonly isPartial: boolean;
  /** The last change into closed; null unless it is closed at a known time. */
  readonly closedAt: number | null;
  /** The last close, whether or not it was undone. */
  readonly lastCloseAt: number | null;
  readonly assignments: readonly ThreadEntry[];
  readonly customerMessages: readonly ThreadEntry[];
  /** The waits that a human's answer ended. */
  readonly replies: readonly Span[];
  readonly hours: OfficeHours;
};

type TouchColumns = Readonly<Record<string, number | boolean | null>>;

/** How many answers led to the close. */
export function touchColumns({ isClosed, isMergedAway, isPartial, closedAt, replies }: Resolved): TouchColumns {
  const isKnown = closedAt !== null && !isPartial;
  const count = isKnown ? replies.filter(({ to }) => to <= closedAt).length : null;
  const isTouched = (holds: (replies: number) => boolean): boolean | null => {
    if (!isClosed || isMergedAway) return false;
    return count === null ? null : holds(count);
  };
  return {
    count_replies_to_resolution: count,
    is_one_touch_resolution: isTouched((replies) => replies === 1),
    is_two_touch_resolution: isTouched((replies) => replies === 2),
    is_multi_touch_resolution: isTouched((replies) => replies > 2),
  };
}

/** How long before the close things happened. What came after the close led to none. */
export function closeColumns(resolved: Resolved): SpanColumns {
  const { closedAt, lastCloseAt, assignments, customerMessages, hours } = resolved;
  const until = (name: string, to: number | null, entry: ThreadEntry | undefined): SpanColumns => {
    const isBefore = entry !== undefined && to !== null && entry.at <= to;
    return spanColumns(name, isBefore ? { from: entry.at, to } : null, hours);
  };
  const wrote = firstOf(customerMessages);
  const beforeClose = (entries: readonly ThreadEntry[]): ThreadEntry | undefined => {
    return lastOf(entries.filter(({ at }) => closedAt !== null && at <= closedAt));
  };
  return {
    ...until("time_to_last_close_after_customer", lastCloseAt, wrote),
    ...until("time_to_resolution_after_customer", closedAt, wrote),
    ...until("first_assignment_to_resolution", closedAt, firstOf(assignments)),
    ...until("last_assignment_to_resolution", closedAt, beforeClose(assignments)),
    ...until("last_customer_message_to_resolution", closedAt, beforeClose(customerMessages)),
  };
}
