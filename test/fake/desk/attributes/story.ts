// Which attributes a conversation gets, and when: from what happens in it, by draws of its own.
import type { Actor } from "../actor.ts";
import { AI_AGENT, OPERATOR } from "../people.ts";
import { hash32, Random } from "../random.ts";
import type { AttributeValue } from "../tickets/conversation-events.ts";
import type { DeskEvent } from "../timeline.ts";
import { CONVERSATION_ATTRIBUTES, type ConversationAttribute, CX_EXPLANATION, CX_RATING } from "./definitions.ts";

const DAY = 86400;
/** Parts of attributes are numbered from here: conversations and tickets stay below. */
const PARTS_FROM = 70_000;
const WORKFLOW: Actor = { kind: "bot", id: OPERATOR.id };
const INTERCOM: Actor = { kind: "bot", id: AI_AGENT.id };

const TEXTS = [
  "Ledger / Bank sync",
  "naïve — 請求書 😅",
  'as "agreed"',
  "=SUM(A1)",
  "Ledger\nwith a second line",
] as const;
const EXPLANATIONS = [
  "The question was answered at once and the customer said thank you.",
  'The customer had to ask twice & never got the "missing" invoice.',
  "An answer came after two days, and it was about something else.",
] as const;

/** Attributes that the conversation gets, at times of what is planned for it. `prefix` makes part ids. */
export function attributeEvents(
  seed: number,
  index: number,
  base: readonly DeskEvent[],
  prefix: string,
): readonly DeskEvent[] {
  const random = new Random(hash32(seed, 70, index));
  const events: DeskEvent[] = [];
  const partId = (): string => prefix + String(100_000 + PARTS_FROM + events.length).slice(1);
  const set = (at: number, actor: Actor, attribute: ConversationAttribute, withPart: boolean): void => {
    const value = random.chance(0.06) ? null : drawValue(random, attribute, at);
    const { name } = attribute;
    events.push({ kind: "attribute_set", at, actor, name, value, partId: withPart ? partId() : null });
  };
  const any = (): ConversationAttribute => random.pick(OPEN_ATTRIBUTES);
  for (const event of base) {
    const { at, actor } = event;
    if (event.kind === "opened")
      for (const attribute of OPEN_ATTRIBUTES) if (random.chance(0.3)) set(at, WORKFLOW, attribute, false);
    if (event.kind === "message" && actor.kind === "teammate" && random.chance(0.15)) set(at, actor, any(), true);
    if (event.kind === "message" && actor.kind === "customer" && random.chance(0.04)) set(at, actor, any(), true);
    if (event.kind === "assigned" && random.chance(0.1)) set(at, WORKFLOW, any(), true);
  }
  const closed = base.findLast((event) => event.kind === "closed");
  const deleted = base.find((event) => event.kind === "deleted");
  const scoredAt = (closed?.at ?? Number.NaN) + 60 + random.below(600);
  if (scoredAt < (deleted?.at ?? Number.POSITIVE_INFINITY) && random.chance(0.5)) {
    const score = (name: string, value: AttributeValue): DeskEvent => {
      return { kind: "attribute_set", at: scoredAt, actor: INTERCOM, name, value, partId: null };
    };
    events.push(score(CX_RATING, 1 + random.below(5)), score(CX_EXPLANATION, random.pick(EXPLANATIONS)));
  }
  return events;
}

/** Those that the team fills in: neither archived, nor what every conversation has. */
const [FIRST, ...REST] = CONVERSATION_ATTRIBUTES.filter((each) => !each.isArchived && each.id < 21);
const OPEN_ATTRIBUTES: readonly [ConversationAttribute, ...ConversationAttribute[]] = [
  FIRST ?? CONVERSATION_ATTRIBUTES[0],
  ...REST,
];

function drawValue(random: Random, attribute: ConversationAttribute, at: number): AttributeValue {
  switch (attribute.type) {
    case "string":
      return random.pick(TEXTS);
    case "list":
      return attribute.options[random.below(attribute.options.length)] ?? null;
    case "integer":
      return random.below(500);
    case "decimal":
      return random.below(1_000_000) / 100;
    case "boolean":
      return random.chance(0.5);
    case "datetime":
      return at + random.below(400) * DAY;
    default:
      return attribute.type satisfies never;
  }
}
