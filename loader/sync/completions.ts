import { FailedRecordError, NotFoundError } from "../errors.ts";
import { officeHoursExceptions } from "../extract/lists.ts";
import { idOf } from "../extract/schemas.ts";
import type { StreamName } from "../extract/streams.ts";
import { readWholeList } from "../extract/whole-list.ts";
import { valueAt } from "../json-path.ts";
import type { Run } from "./run.ts";

/** Intercom takes so many conversations in one request for calls. */
const conversationsPerRequest = 20;

/** A record with what its list lacks; undefined where it is gone meanwhile; an error where it must be rejected. */
type Completed = unknown | FailedRecordError;

/** How records of a list are completed, by more requests. */
export type Completion = {
  /** Whether every record is completed, or only those that changed in the list. */
  readonly of: "every record" | "changed records";
  /** The records of a page, each completed, in the same order. */
  readonly complete: (run: Run, records: readonly unknown[]) => Promise<readonly Completed[]>;
  /** What the records are stored without while it cannot be read; undefined where they are worth nothing without it. */
  readonly dispensable?: string;
};

/** The streams whose lists lack something. */
export const completions: Readonly<Partial<Record<StreamName, Completion>>> = {
  // A schedule says nothing of a change in its exceptions.
  office_hours_schedules: { of: "every record", complete: each(withExceptions) },
  articles: { of: "changed records", complete: each(withStatistics) },
  calls: { of: "changed records", complete: withTranscripts, dispensable: "transcripts" },
};

/** Completes record by record, side by side. */
function each(complete: (run: Run, record: unknown) => Promise<unknown>): Completion["complete"] {
  return (run, records) =>
    Promise.all(
      records.map((record) =>
        complete(run, record).catch((error: unknown) => {
          if (error instanceof FailedRecordError) return error;
          throw error;
        }),
      ),
    );
}

/** A schedule with its exceptions. Without them it would be wrong: it is rejected, and the stored one stays. */
async function withExceptions(run: Run, schedule: unknown): Promise<unknown> {
  const id = idOf(schedule);
  if (id === undefined || typeof schedule !== "object") return schedule;
  try {
    const { records } = await run.health.requestRecord(
      `office hours schedule ${id}`,
      () => readWholeList(run.routes, officeHoursExceptions(id)),
      { retriesNotFound: true },
    );
    return { ...schedule, office_hours_exceptions: records.map(({ record }) => record) };
  } catch (error) {
    if (!(error instanceof FailedRecordError || error instanceof NotFoundError)) throw error;
    throw new FailedRecordError(`its exceptions could not be read: ${error.message}`, { cause: error });
  }
}

/** An article with its statistics, which the list lacks. */
async function withStatistics(run: Run, listed: unknown): Promise<unknown> {
  const id = idOf(listed);
  if (id === undefined) return listed;
  try {
    const { content } = await run.health.requestRecord(`article ${id}`, () => run.routes.article(id), {
      retriesNotFound: true,
    });
    if (idOf(content) === id) return content;
    throw new FailedRecordError(`id: the response is article ${idOf(content)}`);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Calls with their transcripts, where Intercom has some. */
async function withTranscripts(run: Run, calls: readonly unknown[]): Promise<readonly unknown[]> {
  const conversations = [...new Set(calls.flatMap((call) => idOf({ id: valueAt(call, "conversation_id") }) ?? []))];
  const found = new Map<string, unknown>();
  for (let start = 0; start < conversations.length; start += conversationsPerRequest) {
    const { items } = await run.routes.callsOf(conversations.slice(start, start + conversationsPerRequest));
    for (const call of items) found.set(idOf(call) ?? "", call);
  }
  return calls.map((call) => {
    const whole = found.get(idOf(call) ?? "");
    return typeof whole === "object" && typeof call === "object" ? { ...call, ...whole } : call;
  });
}
