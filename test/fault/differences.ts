import { recordTables, type ThreadContent, type ThreadTable, threadTables, type WorkspaceContent } from "./content.ts";

/** Intercom shows this many parts of a thread. */
const partsShownMax = 500;

/** In words, what the warehouse lacks, has too much, or has otherwise than the truth; empty when they are equal. */
export function differences(stored: WorkspaceContent, truth: WorkspaceContent): string[] {
  const found: string[] = [];
  const compare = (
    table: string,
    actual: ReadonlyMap<string, string>,
    expected: ReadonlyMap<string, string>,
    mayHaveMore = false,
  ): void => {
    for (const [id, text] of expected) {
      const other = actual.get(id);
      if (other === undefined) found.push(`missing ${table} ${id}`);
      else if (other !== text) found.push(`different ${table} ${id}: ${firstDifference(other, text)}`);
    }
    if (mayHaveMore) return;
    for (const id of actual.keys()) if (!expected.has(id)) found.push(`extra ${table} ${id}`);
  };
  for (const [table, partsTable] of Object.entries(threadTables) as [ThreadTable, string][]) {
    compare(table, textsOf(stored[table]), textsOf(truth[table]));
    for (const [id, { parts, totalParts }] of truth[table]) {
      const kept = stored[table].get(id)?.parts;
      if (kept !== undefined) compare(`${partsTable} of ${id},`, kept, parts, totalParts > partsShownMax);
    }
  }
  for (const table of recordTables) compare(table, stored.records[table], truth.records[table]);
  return found;
}

function textsOf(threads: ReadonlyMap<string, ThreadContent>): Map<string, string> {
  return new Map([...threads].map(([id, { text }]) => [id, text]));
}

const shownCharacters = 120;

function firstDifference(actual: string, expected: string): string {
  let place = 0;
  while (place < actual.length && actual[place] === expected[place]) place += 1;
  const from = Math.max(0, place - shownCharacters / 2);
  return `${actual.slice(from, place + shownCharacters)} instead of ${expected.slice(from, place + shownCharacters)}`;
}
