import { parseJsonBody } from "../../json.ts";
import { type ThreadRows, threadRows } from "../rows.ts";
import { scanPage } from "./page.ts";
import { ReadCounters } from "./read-counters.ts";
import { scanThread } from "./thread.ts";

/**
 * The door of this folder: nothing else in it is imported from outside.
 *
 * The folder reads bodies byte by byte, without values for what is only stored. Parsing them costs 1.7 times the CPU of a
 * whole sync. Whatever is out of the ordinary is parsed after all: both ways give the same rows.
 */

export { ReadCounters };

/** A retrieved conversation as JSON → its rows; undefined when the body is not whole JSON. */
export function readThread(body: Buffer, counters = new ReadCounters()): ThreadRows | undefined {
  const rows = scanThread(body, counters) ?? parseThread(body, counters);
  if (rows !== undefined) counters.threads += 1;
  return rows;
}

/**
 * A page of conversations as JSON; undefined when the body is not whole JSON. Each conversation may have only its `id`, its
 * `updated_at` and what QA found.
 */
export function readPage(body: Buffer): unknown {
  return scanPage(body) ?? parseJsonBody(body);
}

function parseThread(body: Buffer, counters: ReadCounters): ThreadRows | undefined {
  const json = parseJsonBody(body);
  if (json === undefined) return undefined;
  counters.parsedThreads += 1;
  return threadRows(json);
}
