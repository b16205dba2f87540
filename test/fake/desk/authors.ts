// People as conversations name them: ready-made texts, because the same few people turn up in every part.

import { type JsonText, json } from "../json-text.ts";
import type { ContactFacts } from "./contacts.ts";
import type { Actor } from "./events.ts";
import { Memo } from "./memo.ts";
import { AI_AGENT, OPERATOR, teammateOf } from "./people.ts";

const KEPT_AUTHORS_MAX = 1000;

export interface Author {
  readonly inSource: JsonText;
  /** Parts tell the AI agent's doings from people's. */
  readonly inPart: JsonText;
  /** Parts of tickets know neither leads nor AI agents. */
  readonly inTicket: JsonText;
  /** `email_address_headers` of a mail; a list, empty for who has no address. */
  readonly mailFrom: JsonText;
}

/** A contact, as an author and as one whom a conversation is with. */
export interface Participant extends Author {
  readonly asContact: JsonText;
}

/** `facts` null: Intercom no longer knows who it was. */
export function participant(id: string, facts: ContactFacts | null): Participant {
  const { role = "user", name = null, email = null, externalId = null } = facts ?? {};
  return {
    ...author({ type: role, id, name, email, isAi: false }),
    asContact: json`{"type": "contact", "id": ${id}, "external_id": ${externalId}}`,
  };
}

/** Whoever did something; customers are looked up by the given function. */
export function authorOf(actor: Actor, participantOf: (id: string) => Participant): Author {
  switch (actor.kind) {
    case "customer":
      return participantOf(actor.id);
    case "teammate":
    case "campaign":
      return teammates.get(actor.id);
    case "ai_as_teammate":
      return aiAsTeammates.get(actor.id);
    case "bot":
      return bots.get(actor.id);
    default:
      throw new Error(`no such actor: ${actor.kind satisfies never}`);
  }
}

const teammates = new Memo<string, Author>(KEPT_AUTHORS_MAX, (id) => teammate(id, false));
const aiAsTeammates = new Memo<string, Author>(KEPT_AUTHORS_MAX, (id) => teammate(id, true));
const bots = new Memo<string, Author>(KEPT_AUTHORS_MAX, (id) => {
  const isAi = id === AI_AGENT.id;
  const { name, email } = isAi ? AI_AGENT : OPERATOR;
  return author({ type: "bot", id, name, email, isAi });
});

function teammate(id: string, isAi: boolean): Author {
  const { name, email } = teammateOf(id) ?? { name: "Former teammate", email: "gone@tallyport.example" };
  return author({ type: "admin", id, name, email, isAi });
}

interface Who {
  readonly type: string;
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly isAi: boolean;
}

function author({ type, id, name, email, isAi }: Who): Author {
  return {
    inSource: json`{"type": ${type}, "id": ${id}, "name": ${name}, "email": ${email}}`,
    inPart: json`{
      "type": ${type}, "id": ${id}, "name": ${name}, "email": ${email},
      "from_ai_agent": ${isAi}, "is_ai_answer": ${isAi}
    }`,
    inTicket: json`{"type": ${type === "lead" ? "user" : type}, "id": ${id}, "name": ${name}, "email": ${email}}`,
    mailFrom: email === null ? json`[]` : json`[{"type": "from", "email_address": ${email}, "name": ${name}}]`,
  };
}
