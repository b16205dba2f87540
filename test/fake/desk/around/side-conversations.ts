// Side conversations: what teammates say among themselves, beside the conversation that it is about.
import type { JsonObject } from "../../json.ts";
import { TEAMMATES } from "../people.ts";
import { hash32 } from "../random.ts";

const EVERY = 17;
const OFFSET = 3;

/** Those that have begun by an instant. `openedAt`: when the conversation began, epoch seconds. */
export function renderSideConversations(index: number, openedAt: number, epoch: number): readonly JsonObject[] {
  if (index % EVERY !== OFFSET) return [];
  const all: JsonObject[] = [];
  for (let side = 0; side < 1 + (index % 3); side++) {
    const parts: JsonObject[] = [];
    for (let number = 0; number < 1 + (hash32(index, side, 108) % 3); number++) {
      const at = openedAt + 900 * (side + 1) + 240 * number;
      if (at <= epoch) parts.push(part(index, side, number, at));
    }
    if (parts.length === 0) continue;
    const id = String(60_000_000 + index * 10 + side);
    all.push({ side_conversation_id: id, conversation_parts: parts, total_count: parts.length });
  }
  return all;
}

function part(index: number, side: number, number: number, at: number): JsonObject {
  const teammate = TEAMMATES[(index + number) % 7];
  return {
    type: "conversation_part",
    id: String(70_000_000_000 + index * 100 + side * 10 + number),
    part_type: "comment",
    body: "<p>Does anybody know why the ledger says &quot;overdue&quot;?</p>",
    author: { type: "admin", id: teammate?.id, name: teammate?.name, email: teammate?.email },
    created_at: at,
    updated_at: at,
  };
}
