import { counted } from "../counted.ts";
import { messageOf } from "../errors.ts";
import { firstPlace } from "../extract/next-place.ts";
import type { SearchQuery } from "../extract/routes.ts";
import type { Run } from "./run.ts";

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
