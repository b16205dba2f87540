// Values of a ticket's attributes, drawn by their type.
import type { Random } from "../random.ts";
import { DESCRIPTION, TITLE, type TicketAttribute, type TicketType } from "./catalog.ts";
import type { AttributeValue } from "./conversation-events.ts";

const DAY = 86400;

/** What a new ticket says; an attribute that nobody filled in is null. */
export function drawValues(
  random: Random,
  type: TicketType,
  at: number,
  title: string,
  description: string | null,
): Record<string, AttributeValue> {
  const values: Record<string, AttributeValue> = { [TITLE]: title, [DESCRIPTION]: description };
  for (const attribute of type.attributes.slice(2))
    values[attribute.name] = random.chance(0.35) ? null : drawValue(random, attribute, at);
  return values;
}

/** One of the attributes beside title and description; null when the type has no others. */
export function pickAttribute(random: Random, type: TicketType): TicketAttribute | null {
  const own = type.attributes.slice(2);
  return own[random.below(own.length)] ?? null;
}

export function drawValue(random: Random, attribute: TicketAttribute, at: number): AttributeValue {
  switch (attribute.type) {
    case "string":
      return random.pick(["as discussed", "TALLY-481, TALLY-502", 'said "ASAP"', "naïve — 請求書 😅", "=1+1"]);
    case "list":
      return attribute.options[random.below(attribute.options.length)]?.[1] ?? null;
    case "integer":
      return random.below(250);
    case "decimal":
      return random.below(100_000) / 100;
    case "boolean":
      return random.chance(0.5);
    case "datetime":
      return at + random.below(30) * DAY;
    case "files":
      return Array.from({ length: 1 + random.below(2) }, (_, index) => `screen-${index + 1}.png`);
    default:
      return attribute.type satisfies never;
  }
}
