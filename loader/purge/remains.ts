import { counted } from "../counted.ts";

/** One event that a destination was sent, or may have been sent. */
export type ToldEvent = {
  readonly destination: "posthog" | "attio";
  /** As in `_activations`: "project …", "workspace … record". */
  readonly target: string;
  readonly eventUuid: string;
  readonly distinctId: string | null;
  readonly sentId: string | null;
  /** Whether its conversation went for its age: the customer may be alive. */
  readonly isByAge: boolean;
};

const livingPersons = (events: number): string =>
  `  PostHog deletes persons, not events. ${events === 1 ? "1 event is" : `${events} events are`} about old conversations, whose customers did not ask to be deleted: ${events === 1 ? "it" : "they"} may stay. \`told\` of --json has ${events === 1 ? "its id" : "their ids"}`;

/** What remains of some conversations in other tools, and how you remove it there, as lines. None when nothing remains. */
export function removalSteps(events: readonly ToldEvent[]): readonly string[] {
  const byTarget = Map.groupBy(events, ({ destination, target }) => `${destination} (${target})`);
  return [...byTarget].flatMap(([name, told]) => [
    `${name} still has ${counted(told.length, "event")} of them:`,
    ...new Set(stepsOf(told)),
  ]);
}

function* stepsOf(told: readonly ToldEvent[]): Generator<string> {
  if (told[0]?.destination !== "posthog") {
    yield* told.map(recordStep);
    return;
  }
  const old = told.filter(({ isByAge }) => isByAge);
  yield* personSteps(told.filter(({ isByAge }) => !isByAge));
  if (old.length > 0) yield livingPersons(old.length);
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
