import { UnavailableError } from "../../errors.ts";
import { firstPlace } from "../../extract/next-place.ts";
import type { Page } from "../../extract/pages.ts";
import type { Reference } from "../../extract/references.ts";
import type { SearchLimit, SearchQuery, UnknownPage } from "../../extract/routes.ts";
import type { SecondsRange } from "../../extract/seconds-range.ts";
import { failFastRetryLimit, heavyAttemptsMax, recordRetryLimit } from "../../extract/status-actions.ts";
import { type Found, findChanged, type SearchPage } from "../../extract/windows.ts";
import type { Run } from "../run.ts";
import type { ThreadStream } from "./stream.ts";

/** The windows of a search over a range. */
export async function* searchWindows(
  run: Run,
  stream: ThreadStream,
  gap: SecondsRange,
  conditions: readonly SearchQuery[],
): AsyncGenerator<Found> {
  const search: SearchPage = async (window, place, isFailFast) => {
    const query: SearchQuery = { operator: "AND", value: [...within("updated_at", window), ...conditions] };
    const page = await stream
      .search(run.routes, query, place, searchLimit(window, isFailFast))
      .catch(async (error: unknown) => {
        if (error instanceof UnavailableError) await run.health.confirmUp(error);
        throw error;
      });
    const isFirst = place === firstPlace && window.from === gap.from && window.to === gap.to;
    if (isFirst) run.progress.expect(stream.name, page.total ?? 0);
    return withReferences(stream, page);
  };
  const options = { path: stream.searchPath, pagesMax: stream.pagesPerWindow };
  for await (const found of findChanged(gap, search, options)) {
    if (found.failure !== undefined) run.issues.streamFailed(found.failure);
    else if (!found.isWhole)
      run.issues.note(
        `${stream.name}: some changed while they were searched for. The next run searches for them again.`,
      );
    yield found;
  }
}

/** Conditions of a search. `>` and `<` are documented as "or equal" and may be strict: a second more on either side fits both. */
export function within(field: string, { from, to }: SecondsRange): readonly SearchQuery[] {
  return [
    { field, operator: ">", value: from - 1 },
    { field, operator: "<", value: to + 1 },
  ];
}

function searchLimit({ from, to }: SecondsRange, isFailFast: boolean): SearchLimit {
  const isDivisible = to > from;
  // Once a search failed, others will be too heavy as well: the next smaller search should start at once.
  if (isFailFast)
    return isDivisible ? { retryLimit: failFastRetryLimit, heavyAttemptsMax: 1 } : { retryLimit: recordRetryLimit };
  return isDivisible ? { heavyAttemptsMax } : {};
}

/** A page of records → a page of their references. */
export function withReferences(
  stream: Pick<ThreadStream, "referenceOf">,
  { items, requestedAtSeconds, ...page }: UnknownPage,
): Page<Reference> {
  return { ...page, items: items.map((record) => stream.referenceOf(record, requestedAtSeconds)) };
}
