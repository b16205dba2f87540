import { counted } from "../counted.ts";

/** One event that a destination was sent, or may have been sent. */
export type ToldEvent = {
  readonly destination: "posthog" | "attio";
  /** As in `_activations`: "project …", "workspace … record". */
  readonly target: string;
  readonly eventUuid: string;
  readonly distinctId: string | null;
  readonly sentId: string | null;
};

const livingPersons =
  "  PostHog deletes persons, not events. Nobody asked to be deleted here, so these events may stay; `told` of --json names them";

/**
 * What remains of some conversations in other tools, and how you remove it there, as lines. None when nothing remains.
 * @param isByAge whether the conversations went for their age: their customers may be alive
 */
export function removalSteps(events: readonly ToldEvent[], isByAge: boolean): readonly string[] {
  const byTarget = Map.groupBy(events, ({ destination, target }) => `${destination} (${target})`);
  return [...byTarget].flatMap(([name, told]) => [
    `${name} still has ${counted(told.length, "event")} of them:`,
    ...new Set(stepsOf(told, isByAge)),
  ]);
}

function stepsOf(told: readonly ToldEvent[], isByAge: boolean): Iterable<string> {
  if (told[0]?.destination !== "posthog") return told.map(recordStep);
  return isByAge ? [livingPersons] : personSteps(told);
}

/** PostHog deletes persons, not events: one line a person, however many events are about them. */
function* personSteps(events: readonly ToldEvent[]): Generator<string> {
  for (const [person, told] of Map.groupBy(events, ({ distinctId }) => distinctId ?? "(unknown)"))
    yield `  delete the person ${person} in Persons, or by DELETE /api/projects/:id/persons/:person_id/?delete_events=true; PostHog cannot delete single events: this deletes all of the person's events (event ${told.map(({ eventUuid }) => eventUuid).join(", ")})`;
}

function recordStep({ target, eventUuid, sentId }: ToldEvent): string {
  if (sentId === null) return `  look for ticket_key ${eventUuid} (in a note's last line): the event may be there`;
  if (target.endsWith(" note")) return `  DELETE /v2/notes/${sentId}`;
  const collection = target.endsWith(" activity") ? "activities/intercom_support_tickets" : "objects/support_tickets";
  return `  DELETE /v2/${collection}/records/${sentId}`;
}
