import type { PostHogEvent } from "./event.ts";

/** The most events and bytes of a batch: far below PostHog's 20 MB, since a broken connection repeats the whole batch. */
const batchEventsMax = 500;
const batchBytesMax = 4 * 2 ** 20;
/** Splits events into batches, in order. Historical and live events are never in one batch. */
export function* batches(events: readonly PostHogEvent[]): Generator<readonly PostHogEvent[]> {
  for (const isHistorical of [true, false]) {
    let batch: PostHogEvent[] = [];
    let bytes = 0;
    for (const event of events) {
      if (event.isHistorical !== isHistorical) continue;
      if (batch.length >= batchEventsMax || (batch.length > 0 && bytes + event.bytes > batchBytesMax)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(event);
      bytes += event.bytes;
    }
    if (batch.length > 0) yield batch;
  }
}
