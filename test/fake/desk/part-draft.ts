// A part of a conversation as it grows out of events, before it is rendered.
import type { Body } from "./body.ts";
import type { Actor } from "./events.ts";

export interface PartDraft {
  readonly id: string;
  partType: string;
  readonly actor: Actor;
  readonly at: number;
  updatedAt: number;
  body: Body | null;
  attachments: number;
  assignedTo: { readonly type: "admin" | "team"; readonly id: string } | null;
  state: "open" | "closed" | "snoozed";
  isRedacted: boolean;
  quickReply: "clicked" | "offered" | null;
  tag: { readonly id: string; readonly name: string } | null;
  score: number | null;
  /** The attribute that it set; values as they are shown. */
  attribute: { readonly name: string; readonly value: string; readonly previous: string | null } | null;
  /** A public message was said with it. */
  isMessage: boolean;
}

/** The part an event belongs to: the last one when the id is the same, else a new one of the given type. */
export function partOf(
  snapshot: { readonly parts: PartDraft[]; readonly state: PartDraft["state"] },
  event: { readonly partId: string; readonly actor: Actor; readonly at: number },
  partType: string,
): PartDraft {
  const last = snapshot.parts.at(-1);
  if (last !== undefined && last.id === event.partId) return last;
  const part: PartDraft = {
    id: event.partId,
    partType,
    actor: event.actor,
    at: event.at,
    updatedAt: event.at,
    body: null,
    attachments: 0,
    assignedTo: null,
    state: snapshot.state,
    isRedacted: false,
    quickReply: null,
    tag: null,
    score: null,
    attribute: null,
    isMessage: false,
  };
  snapshot.parts.push(part);
  return part;
}

export function assignee(teammateId: string | null, teamId: string | null): PartDraft["assignedTo"] {
  if (teammateId !== null) return { type: "admin", id: teammateId };
  return teamId === null ? null : { type: "team", id: teamId };
}
