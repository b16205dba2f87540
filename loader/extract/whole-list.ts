import type { ListRoute } from "./lists.ts";
import type { Place } from "./next-place.ts";
import { walkPages } from "./pages.ts";
import type { Routes } from "./routes.ts";
import { idOf } from "./schemas.ts";

/** The most pages of a list that Intercom gives whole today, or that belongs to one record. */
const wholeListPagesMax = 1000;

/** A record, and Intercom's clock when its page was requested, seconds. */
export type ListedRecord = { readonly record: unknown; readonly requestedAtSeconds: number };

/** A list, and Intercom's greatest count of its records; undefined where there was none. */
export type WholeList = { readonly records: readonly ListedRecord[]; readonly total: number | undefined };

/** Every record of a list that fits into memory. Errors: those of `walkPages` and `Routes.list`. */
export async function readWholeList(routes: Routes, list: ListRoute): Promise<WholeList> {
  const records: ListedRecord[] = [];
  let total: number | undefined;
  const fetchPage = (place: Place) => routes.list(list, place);
  for await (const page of walkPages(fetchPage, idOf, { pagesMax: wholeListPagesMax })) {
    records.push(...page.items.map((record) => ({ record, requestedAtSeconds: page.requestedAtSeconds })));
    if (page.total !== undefined) total = Math.max(total ?? 0, page.total);
  }
  return { records, total };
}
