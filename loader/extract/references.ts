import { valueAt } from "../json-path.ts";
import { evaluationsSchema, idOf, referenceSchema } from "./schemas.ts";

/** What QA found of a conversation, as the search gives it. */
export type Quality = {
  readonly monitorEvaluations: unknown;
  readonly scorecards: unknown;
  /** How many evaluations there are. */
  readonly count: number;
  /** When the newest evaluation was made, epoch seconds; undefined where no time is given. */
  readonly evaluatedAt: number | undefined;
};

/** What a list says of a conversation or a ticket. */
export type Reference = {
  /** Without an id the record cannot be requested. */
  readonly id: string | undefined;
  /** Epoch seconds. */
  readonly updatedAt: number | undefined;
  /** The record as the list has it: where it holds the whole thread, and where it has no id. */
  readonly record?: unknown;
  /** Intercom's clock when the list was requested, seconds; only where the list holds the whole thread. */
  readonly foundAtSeconds?: number;
  /** What QA found of a conversation; undefined where the list says nothing of it. */
  readonly quality?: Quality;
  /** Why an earlier run did not get the record. */
  readonly recheckReason?: "not_found" | "rejected";
};

/** A record of a list → its reference. The record itself is kept only where its id is missing. */
export function referenceOf(record: unknown): Reference {
  const parsed = referenceSchema.safeParse(record);
  const id = parsed.success ? parsed.data.id : idOf(record);
  const updatedAt = parsed.data?.updated_at ?? undefined;
  return id === undefined ? { id, updatedAt, record } : { id, updatedAt };
}

/** A conversation of the search → its reference, with what QA found. */
export function conversationReferenceOf(record: unknown): Reference {
  const reference = referenceOf(record);
  const found = {
    monitorEvaluations: valueAt(record, "monitor_evaluations"),
    scorecards: valueAt(record, "scorecards"),
  };
  const lists = Object.values(found);
  if (lists.every((list) => list === undefined || list === null)) return reference;
  const times = lists
    .flatMap((list) => evaluationsSchema.safeParse(list).data ?? [])
    .map((each) => each.evaluated_at ?? 0);
  const count = Object.values(found).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  const evaluatedAt = Math.max(0, ...times);
  return { ...reference, quality: { ...found, count, evaluatedAt: evaluatedAt === 0 ? undefined : evaluatedAt } };
}
