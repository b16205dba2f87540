/** One event that a destination was told of, or may have been. */
export type ToldEvent = {
  readonly destination: "posthog" | "attio";
  /** As in `_activations`: "project …", "workspace … record". */
  readonly target: string;
  readonly eventUuid: string;
  readonly distinctId: string | null;
  readonly sentId: string | null;
};

/** What of some conversations remains in other tools, and how it is removed there, a line each; nothing where nothing does. */
export function removalSteps(events: readonly ToldEvent[]): readonly string[] {
  const byTarget = Map.groupBy(events, ({ destination, target }) => `${destination} (${target})`);
  return [...byTarget].flatMap(([name, told]) => [
    `${name} still has ${told.length} ${told.length === 1 ? "event" : "events"} of them:`,
    ...new Set(told[0]?.destination === "posthog" ? personSteps(told) : told.map(recordStep)),
  ]);
}

/** PostHog deletes persons, not events: a line a person, however many of the events are his. */
function* personSteps(events: readonly ToldEvent[]): Generator<string> {
  for (const [person, told] of Map.groupBy(events, ({ distinctId }) => distinctId ?? "(unknown)"))
    yield `  delete the person ${person} with all its events, others too (PostHog deletes no single ones), in Persons or by DELETE /api/projects/:id/persons/:person_id/?delete_events=true (event ${told.map(({ eventUuid }) => eventUuid).join(", ")})`;
}

function recordStep({ target, eventUuid, sentId }: ToldEvent): string {
  if (sentId === null) return `  look for ticket_key ${eventUuid} (a note has it in its last line): it may be there`;
  if (target.endsWith(" note")) return `  DELETE /v2/notes/${sentId}`;
  const collection = target.endsWith(" activity") ? "activities/intercom_support_tickets" : "objects/support_tickets";
  return `  DELETE /v2/${collection}/records/${sentId}`;
}
