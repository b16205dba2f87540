import { FailedRecordError, NotFoundError } from "../errors.ts";
import type { ConversationReference } from "../extract/references.ts";
import type { ThreadRows } from "../extract/rows.ts";
import type { ConversationLoad } from "./conversation-load.ts";
import type { Run } from "./run.ts";

/** Intercom shows no more parts of a thread, the newest. */
const partsShownMax = 500;

/**
 * Retrieves a thread into a load. A thread that cannot be retrieved is rejected under the requested id.
 * @returns whether the thread is in the load
 */
export async function retrieveThread(
  run: Run,
  reference: ConversationReference,
  load: ConversationLoad,
): Promise<boolean> {
  const { id, record, recheckReason } = reference;
  if (id === undefined) {
    const reason = "id: missing in a list of conversations";
    load.reject({ stream: "conversations", id, reason, record }, run.startedAtSeconds);
    return false;
  }
  // An earlier run has already recorded the 404.
  const wasNotFound = recheckReason === "not_found";
  try {
    await run.health.requestRecord(`conversation ${id}`, threadRequest(run, id, load), {
      retriesNotFound: !wasNotFound,
      isKnownToFail: recheckReason !== undefined,
      check: () => checkThread(run, id),
    });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) {
      // It was probably deleted between the search and now.
      if (!wasNotFound) load.addNotFound({ id, requestedAtSeconds: error.requestedAtSeconds });
    } else if (error instanceof FailedRecordError) {
      load.reject({ stream: "conversations", id, reason: error.message, record: error.record }, run.serverSeconds());
    } else {
      throw error;
    }
    return false;
  }
}

/** Requests a thread and checks it. Errors: FailedRecordError for another conversation; those of `Routes.thread`. */
async function checkThread(run: Run, id: string): Promise<void> {
  await run.routes.thread(id, (rows) => {
    const failure = failureOf(rows, id, true);
    if (failure !== undefined) throw failure;
  });
}

/**
 * Requests a thread and writes it into the load. A thread with less than half of its parts is requested once more. Where it
 * stays so, and where parts were rejected, the conversation is also rejected: the next runs then request it again.
 * Errors: FailedRecordError for a response that is not the conversation; those of `Routes.thread`.
 */
function threadRequest(run: Run, id: string, load: ConversationLoad): () => Promise<void> {
  let wasShort = false;
  return async () => {
    let failure: FailedRecordError | undefined;
    await run.routes.thread(id, (rows, requestedAtSeconds) => {
      failure = failureOf(rows, id, wasShort);
      if (failure !== undefined) return;
      load.addThread(rows, requestedAtSeconds);
      const reason = lackOf(rows);
      if (reason !== undefined)
        load.reject({ stream: "conversations", id, reason, record: undefined }, requestedAtSeconds);
    });
    if (failure === undefined) return;
    wasShort = true;
    throw failure;
  };
}

/** Why a response must not be stored. */
function failureOf(rows: ThreadRows, id: string, wasShort: boolean): FailedRecordError | undefined {
  const [rejected] = rows.rejected;
  if (rows.conversation === undefined)
    return new FailedRecordError(rejected?.reason ?? "", { record: rejected?.record });
  if (rows.id !== id) return new FailedRecordError(`id: the response is conversation ${rows.id}`);
  return isShort(rows) && !wasShort ? new FailedRecordError("conversation_parts: too few") : undefined;
}

/** What a stored conversation lacks. */
function lackOf(rows: ThreadRows): string | undefined {
  if (rows.rejected.length > 0) return `conversation_parts: ${rows.rejected.length} rejected`;
  return isShort(rows) ? `conversation_parts: ${rows.parts.length} of ${rows.partsTotal} shown` : undefined;
}

/** Whether a thread has less than half of its parts: a count may be a little off, but not by half. */
function isShort({ parts, rejected, partsTotal = 0 }: ThreadRows): boolean {
  return partsTotal > 1 && parts.length + rejected.length < Math.min(partsTotal, partsShownMax) / 2;
}
