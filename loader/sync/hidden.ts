import { counted } from "../counted.ts";
import { MissingScopeError, messageOf } from "../errors.ts";
import { firstPlace } from "../extract/next-place.ts";
import type { SearchQuery } from "../extract/routes.ts";
import { coveredByBoth, joined, type SecondsRange } from "../extract/seconds-range.ts";
import { recordRetryLimit } from "../extract/status-actions.ts";
import type { Coverage } from "../load/warehouse.ts";
import { isNotOffered, type Run } from "./run.ts";

const everything: SearchQuery = { field: "created_at", operator: ">", value: 0 };

/**
 * Notes how many stored conversations Intercom no longer shows to a token that may not read tickets: they may have become
 * tickets since. Intercom's own count tells, and names none of them.
 */
export async function noteHiddenConversations(run: Run): Promise<void> {
  try {
    const { total } = await run.routes.searchConversations(everything, firstPlace);
    const stored = await run.warehouse.countConversations(run.workspaceId);
    if (total === undefined || total >= stored) return;
    run.issues.note(
      `conversations: Intercom shows ${total} of the ${counted(stored, "conversation")} that are stored. The others may be hidden, since the token may not read tickets.`,
    );
    run.effects.log("conversations_hidden", { shown: total, stored });
  } catch (error) {
    run.effects.log("conversations_not_counted", { reason: messageOf(error) });
  }
}

/**
 * What earlier runs have covered of the conversations, without the ranges in which no run read tickets. The token may not have
 * been allowed to then, and Intercom hid conversations that became tickets. Once the token is allowed to, these ranges are
 * searched again. The search costs a request a page, and conversations that are stored are not requested again.
 * @param coverage of the conversations
 */
export async function withoutHiddenRanges(run: Run, coverage: Coverage): Promise<Coverage> {
  if (!run.options.streams.has("tickets")) return coverage;
  const { settled: ofTickets } = await run.warehouse.coverage(run.workspaceId, "tickets");
  const settled = coveredByBoth(coverage.settled, ofTickets);
  if (lengthOf(settled) === lengthOf(joined(coverage.settled)) || !(await areTicketsReadable(run))) return coverage;
  run.effects.log("conversations_searched_again", { reason: "no earlier run read the tickets of these times" });
  return { ...coverage, settled };
}

/** How many seconds ranges that do not overlap have. */
function lengthOf(ranges: readonly SecondsRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** Whether the token may read tickets. If not, the run knows from now on that conversations may be hidden. */
export async function areTicketsReadable(run: Run): Promise<boolean> {
  try {
    await run.routes.searchTickets(everything, firstPlace, { retryLimit: recordRetryLimit }, 1);
    return true;
  } catch (error) {
    // Known at once: from now on, a 404 of a conversation proves no deletion.
    if (error instanceof MissingScopeError || isNotOffered(error)) run.issues.areTicketsHidden = true;
    run.effects.log("tickets_not_readable", { reason: messageOf(error) });
    return false;
  }
}
