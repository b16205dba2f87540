import assert from "node:assert/strict";
import type { Reference } from "../../loader/extract/references.ts";
import type { SecondsRange } from "../../loader/extract/seconds-range.ts";
import { type Found, findChanged, type SearchPage } from "../../loader/extract/windows.ts";

/** A window with the records of all its pieces. */
export type FoundWindow = SecondsRange & Pick<Found, "references" | "isWhole" | "unseen" | "failure">;

/** Windows whose pieces are put together, as a load does. */
export async function collect(found: AsyncIterable<Found>): Promise<FoundWindow[]> {
  const windows: FoundWindow[] = [];
  let pieces: Reference[] = [];
  for await (const { range: covered, isLastPiece, references, ...rest } of found) {
    if (covered === undefined) {
      pieces.push(...references);
      continue;
    }
    assert.ok(isLastPiece || pieces.length === 0, "pieces end with their last");
    windows.push({ ...covered, references: [...pieces, ...references], ...rest });
    pieces = [];
  }
  return windows;
}

/** The windows of a range whose search takes one page each, as for conversations. */
export function findConversations(searched: SecondsRange, search: SearchPage): AsyncGenerator<Found> {
  return findChanged(searched, search, { path: "/conversations/search", pagesMax: 1 });
}
