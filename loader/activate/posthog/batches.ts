import type { PostHogEvent } from "./event.ts";

/** A batch has at most so many events and bytes: far below PostHog's 20 MB, since a broken connection repeats it whole. */
const batchEventsMax = 500;
const batchBytesMax = 4 * 2 ** 20;
/** Live events and historical ones apart, in order, by count and bytes. */
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
