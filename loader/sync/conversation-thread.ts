import { FailedRecordError, NotFoundError } from "../errors.ts";
import type { ConversationReference } from "../extract/references.ts";
import type { ThreadRows } from "../extract/rows.ts";
import type { ConversationLoad } from "./conversation-load.ts";
import type { Run } from "./run.ts";

/** Intercom shows no more parts of a thread, the newest. */
const partsShownMax = 500;

/**
 * Brings a thread, or writes down why there is none. One that can't be had is rejected under the id that was asked for.
 * @returns whether it is in the load
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
  // That it answered 404 need not be written down once more.
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
      // Deleted between the search and now, as it seems.
      if (!wasNotFound) load.addNotFound({ id, requestedAtSeconds: error.requestedAtSeconds });
    } else if (error instanceof FailedRecordError) {
      load.reject({ stream: "conversations", id, reason: error.message, record: error.record }, run.serverSeconds());
    } else {
      throw error;
    }
    return false;
  }
}

/** Errors: FailedRecordError when the answer is not this conversation; those of `Routes.thread`. */
async function checkThread(run: Run, id: string): Promise<void> {
  await run.routes.thread(id, (rows) => {
    const failure = failureOf(rows, id, true);
    if (failure !== undefined) throw failure;
  });
}

/**
 * Asks for a thread and writes it into the load. One that shows less than half of its parts is asked for once more; if it
 * stays so, and when parts had to be rejected, the conversation is rejected beside what is stored, so that the next runs
 * ask again.
 * Errors: FailedRecordError when what came is not the conversation; those of `Routes.thread`.
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

/** Why an answer is not to be stored. */
function failureOf(rows: ThreadRows, id: string, wasShort: boolean): FailedRecordError | undefined {
  const [rejected] = rows.rejected;
  if (rows.conversation === undefined)
    return new FailedRecordError(rejected?.reason ?? "", { record: rejected?.record });
  if (rows.id !== id) return new FailedRecordError(`id: the answer is conversation ${rows.id}`);
  return isShort(rows) && !wasShort ? new FailedRecordError("conversation_parts: too few") : undefined;
}

/** What a conversation lacks although it is stored. */
function lackOf(rows: ThreadRows): string | undefined {
  if (rows.rejected.length > 0) return `conversation_parts: ${rows.rejected.length} rejected`;
  return isShort(rows) ? `conversation_parts: ${rows.parts.length} of ${rows.partsTotal} shown` : undefined;
}

/** A count may be a little off; a thread with less than half of its parts is no whole one. */
function isShort({ parts, rejected, partsTotal = 0 }: ThreadRows): boolean {
  return partsTotal > 1 && parts.length + rejected.length < Math.min(partsTotal, partsShownMax) / 2;
}
