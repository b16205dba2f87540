// Phone calls: one conversation in nineteen began with one.
import type { JsonObject } from "../../json.ts";
import { TEAMMATES } from "../people.ts";
import { hash32 } from "../random.ts";
import type { Story } from "../story.ts";

const CALL_EVERY = 19;
const CALL_OFFSET = 4;
const TEXT = [
  "Hello, how can I help?",
  'My invoice says "overdue" & I have paid.',
  "Let me look… found it. Naïve mistake, sorry!",
];

/** Indexes of the conversations with a call, below `count`; the latest first. */
export function callIndexes(count: number): readonly number[] {
  const all: number[] = [];
  for (let index = CALL_OFFSET; index < count; index += CALL_EVERY) all.push(index);
  return all.reverse();
}

export function hasCall(index: number): boolean {
  return index % CALL_EVERY === CALL_OFFSET;
}

/** A missed call was never answered, and nothing of it was recorded. */
export function renderCall(story: Story, conversationId: string): JsonObject {
  const { key } = story;
  const createdAt = story.events[0]?.at ?? 0;
  const seconds = 30 + (hash32(key, 107) % 1200);
  const isMissed = key % 5 === 0;
  const id = callId(key);
  return {
    type: "call",
    id,
    conversation_id: conversationId,
    admin_id: isMissed ? null : (TEAMMATES[key % 7]?.id ?? null),
    contact_id: story.contactId,
    state: "completed",
    initiated_at: createdAt,
    ...(isMissed ? {} : { answered_at: createdAt + 12 }),
    ended_at: createdAt + seconds,
    created_at: createdAt,
    updated_at: createdAt + seconds,
    recording_url: isMissed ? null : `https://api.intercom.io/calls/${id}/recording`,
    transcription_url: isMissed ? null : `https://api.intercom.io/calls/${id}/transcript`,
    call_type: "phone",
    direction: key % 2 === 0 ? "inbound" : "outbound",
    ended_reason: isMissed ? "missed" : "completed",
    phone: "+15550100",
    fin_recording_url: null,
    fin_transcription_url: null,
  };
}

/** The same with what was said, as POST /calls/search gives it. */
export function renderCallWithTranscript(story: Story, conversationId: string): JsonObject {
  const call = renderCall(story, conversationId);
  const isMissed = call["admin_id"] === null;
  const transcript = TEXT.map((text, line) => ({
    timestamp: `00:00:${String(3 + line * 7).padStart(2, "0")}`,
    speaker: line === 1 ? "User" : "Teammate 1",
    text,
  }));
  return { ...call, transcript: isMissed ? [] : transcript, transcript_status: isMissed ? null : "completed" };
}

function callId(index: number): string {
  return String(50_000_001 + index);
}
