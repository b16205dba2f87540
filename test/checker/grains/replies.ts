import type { GrainRow, KnownConversation } from "../conversation/known.ts";
import { isoTime } from "../conversation/log.ts";
import { stretchList } from "../conversation/stretches.ts";
import { turnsOf } from "../conversation/turns.ts";

/** The rows of `conversation_replies` of a conversation whose parts were all seen, in all columns but `built_from`. */
export function replyRows(known: KnownConversation, channel: string | null): GrainRow[] {
  const { id, workspaceId, events, opened, seen, thread, hours } = known;
  const stretches = stretchList(events, thread, seen);
  let replies = 0;
  return turnsOf(thread).teamTurns.map(({ from, to, startedBy, endedBy, isReply }, index) => {
    if (isReply) replies++;
    // Who had it until then: what happens in the second of the answer itself comes after the wait.
    const held = stretches.findLast((stretch) => stretch.from < to) ?? stretches[0];
    return {
      conversation_id: id,
      workspace_id: workspaceId,
      wait_number: index + 1,
      reply_number: isReply ? replies : null,
      contact_id: startedBy.actor.id,
      replied_by_teammate_id: isReply ? endedBy.actor.id : null,
      ended_by_id: endedBy.actor.id,
      team_id: held?.teamId ?? null,
      assigned_teammate_id: held?.teammateId ?? null,
      ended_by: isReply ? "reply" : "close",
      channel,
      wait_seconds: to - from,
      wait_office_seconds: hours.secondsBetween(from, to),
      is_first_reply: isReply && replies === 1,
      started_at: isoTime(from),
      ended_at: isoTime(to),
      conversation_created_at: isoTime(opened.at),
    };
  });
}
