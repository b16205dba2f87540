import { FailedRecordError, NotFoundError } from "../../errors.ts";
import type { Reference } from "../../extract/references.ts";
import { isShort, partsOf, type ThreadRows, withQuality } from "../../extract/rows.ts";
import type { Run } from "../run.ts";
import type { ThreadStream } from "./stream.ts";
import type { ThreadLoad } from "./thread-load.ts";

/**
 * Puts a thread into a load: as the search gave it where it is whole, else retrieved. A thread that cannot be retrieved is
 * rejected under the requested id.
 * @returns whether the thread is in the load
 */
export async function takeThread(
  run: Run,
  stream: ThreadStream,
  reference: Reference,
  load: ThreadLoad,
): Promise<boolean> {
  const { id, record, recheckReason } = reference;
  if (id === undefined) {
    const reason = `id: missing in a list of ${stream.name}`;
    load.reject({ stream: stream.name, id, reason, record }, run.startedAtSeconds);
    return false;
  }
  const found = stream.foundRows(reference);
  if (found !== undefined) {
    addThread(stream, reference, found, reference.foundAtSeconds ?? run.startedAtSeconds, load);
    return true;
  }
  // An earlier run has already recorded the 404.
  const wasNotFound = recheckReason === "not_found";
  try {
    await run.health.requestRecord(`${stream.noun} ${id}`, threadRequest(run, stream, { ...reference, id }, load), {
      retriesNotFound: !wasNotFound,
      isKnownToFail: recheckReason !== undefined,
      check: () => checkThread(run, stream, id),
    });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) {
      // It was probably deleted between the search and now.
      if (!wasNotFound) load.addNotFound({ id, requestedAtSeconds: error.requestedAtSeconds });
    } else if (error instanceof FailedRecordError) {
      load.reject({ stream: stream.name, id, reason: error.message, record: error.record }, run.serverSeconds());
    } else {
      throw error;
    }
    return false;
  }
}

/** Writes a thread. Where parts are missing or were rejected, the next runs request the thread again. */
function addThread(
  stream: ThreadStream,
  { id, quality }: Reference,
  rows: ThreadRows,
  atSeconds: number,
  load: ThreadLoad,
): void {
  const record = rows.record === undefined ? undefined : withQuality(rows.record, quality);
  load.addThread({ ...rows, record }, atSeconds);
  const reason = lackOf(stream, rows);
  if (reason !== undefined) load.reject({ stream: stream.name, id, reason, record: undefined }, atSeconds);
}

/** Requests a thread and checks it. Errors: FailedRecordError for another record; those of `ThreadStream.retrieve`. */
async function checkThread(run: Run, stream: ThreadStream, id: string): Promise<void> {
  await stream.retrieve(run.routes, id, (rows) => {
    const failure = failureOf(stream, rows, id, true);
    if (failure !== undefined) throw failure;
  });
}

/**
 * Requests a thread and writes it into the load. A thread with less than half of its parts is requested once more.
 * Errors: FailedRecordError for a response that is not the thread; those of `ThreadStream.retrieve`.
 */
function threadRequest(
  run: Run,
  stream: ThreadStream,
  reference: Reference & { readonly id: string },
  load: ThreadLoad,
): () => Promise<void> {
  const { id } = reference;
  let wasShort = false;
  return async () => {
    let failure: FailedRecordError | undefined;
    await stream.retrieve(run.routes, id, (rows, requestedAtSeconds) => {
      failure = failureOf(stream, rows, id, wasShort);
      if (failure === undefined) addThread(stream, reference, rows, requestedAtSeconds, load);
    });
    if (failure === undefined) return;
    wasShort = true;
    throw failure;
  };
}

/** Why a response must not be stored. */
function failureOf(
  stream: ThreadStream,
  rows: ThreadRows,
  id: string,
  wasShort: boolean,
): FailedRecordError | undefined {
  const [rejected] = rows.rejected;
  if (rows.record === undefined) return new FailedRecordError(rejected?.reason ?? "", { record: rejected?.record });
  if (rows.id !== id) return new FailedRecordError(`id: the response is ${stream.noun} ${rows.id}`);
  return isShort(rows) && !wasShort ? new FailedRecordError(`${partsOf[stream.name]}: too few`) : undefined;
}

/** What a stored thread lacks. */
function lackOf(stream: ThreadStream, rows: ThreadRows): string | undefined {
  const parts = partsOf[stream.name];
  if (rows.rejected.length > 0) return `${parts}: ${rows.rejected.length} rejected`;
  return isShort(rows) ? `${parts}: ${rows.parts.length} of ${rows.partsTotal} shown` : undefined;
}
