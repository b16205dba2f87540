import type { GrainRow, KnownConversation } from "../conversation/known.ts";
import { isoTime } from "../conversation/log.ts";
import { stretchList } from "../conversation/stretches.ts";

/** The rows of `conversation_states` of a conversation whose parts were all seen, in all columns but `built_from`. */
export function stateRows(known: KnownConversation): GrainRow[] {
  const { id, workspaceId, events, opened, seen, thread, hours } = known;
  return stretchList(events, thread, seen).map(({ from, to, state, teamId, teammateId }, index, all) => {
    const isLast = index === all.length - 1;
    return {
      conversation_id: id,
      workspace_id: workspaceId,
      stretch_number: index + 1,
      team_id: teamId,
      teammate_id: teammateId,
      state,
      stretch_seconds: to - from,
      stretch_office_seconds: hours.secondsBetween(from, to),
      is_unassigned: state === "open" && teamId === null && teammateId === null,
      is_last: isLast,
      is_partly_unseen: false,
      started_at: isoTime(from),
      ended_at: isLast ? null : isoTime(to),
      measured_to_at: isoTime(to),
      conversation_created_at: isoTime(opened.at),
    };
  });
}
