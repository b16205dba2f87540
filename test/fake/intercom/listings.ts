// Pages of records behind an opaque cursor. A cursor is a place in a live result, not a snapshot: when records change
// while a client pages, the others move under it, as they do at Intercom.

import { hash32 } from "../desk/random.ts";
import { RECORD_KEYS_MAX, type Records } from "../desk/world.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type JsonText, json } from "../json-text.ts";
import { ApiError, unplanned } from "./answers.ts";
import type { Query } from "./search-query.ts";

const PER_PAGE_MAX = 150;
/** Results kept for the next page of the same question, at an unchanged world. */
const KEPT_MAX = 24;

/** "shuffled": some order, the same for the same seed. */
export type Order =
  | { readonly kind: "updated_desc" }
  | { readonly kind: "shuffled"; readonly seed: number }
  | { readonly kind: "field"; readonly field: "created_at" | "updated_at"; readonly isAscending: boolean };

export interface ListingRequest {
  /** Tells questions apart: a cursor is of use for its own question only. */
  readonly name: string;
  readonly records: Records;
  readonly query: Query;
  readonly order: Order;
  /** The instant whose state is listed. */
  readonly epoch: number;
  readonly version: number;
  readonly perPage: number;
  readonly cursor: string | null;
}

export interface ListingPage {
  readonly items: readonly JsonText[];
  readonly totalCount: number;
  readonly page: number;
  readonly perPage: number;
  readonly totalPages: number;
  /** Null on the last page. */
  readonly next: { readonly per_page: number; readonly starting_after: string } | null;
}

export class Listings {
  private readonly kept = new Map<string, Float64Array>();

  page(request: ListingRequest): ListingPage {
    const offset = request.cursor === null ? 0 : readCursor(request.cursor, request.name);
    const ranked = this.ranked(request);
    const until = Math.min(offset + request.perPage, ranked.length);
    const items: JsonText[] = [];
    for (let place = offset; place < until; place++) {
      // Ranks ascend; the highest comes first.
      const key = (ranked[ranked.length - 1 - place] ?? 0) % RECORD_KEYS_MAX;
      items.push(request.records.text(key, request.epoch));
    }
    return {
      items,
      totalCount: ranked.length,
      page: Math.floor(offset / request.perPage) + 1,
      perPage: request.perPage,
      totalPages: Math.ceil(ranked.length / request.perPage),
      next:
        until < ranked.length ? { per_page: request.perPage, starting_after: writeCursor(until, request.name) } : null,
    };
  }

  /** Every match as rank × RECORD_KEYS_MAX + key, ascending. */
  private ranked(request: ListingRequest): Float64Array {
    const { name, records, query, order, epoch, version } = request;
    const memo = `${version}|${epoch}|${name}`;
    const known = this.kept.get(memo);
    if (known !== undefined) return known;
    const ranks: number[] = [];
    records.select(query.bounds, epoch, (key, updatedAt) => {
      const needsRecord = query.test !== null || (order.kind === "field" && order.field === "created_at");
      const record = needsRecord ? records.render(key, epoch) : null;
      if (query.test !== null && record !== null && !query.test(record)) return;
      ranks.push(rank(order, key, updatedAt, record) * RECORD_KEYS_MAX + key);
    });
    const ranked = Float64Array.from(ranks).sort();
    this.kept.set(memo, ranked);
    if (this.kept.size > KEPT_MAX) {
      for (const oldest of this.kept.keys()) {
        this.kept.delete(oldest);
        break;
      }
    }
    return ranked;
  }
}

/** The `pages` of an answer; the last page names no next one, as in the published examples. */
export function pagesOf({ page, perPage, totalPages, next }: ListingPage): JsonText {
  if (next === null)
    return json`{"type": "pages", "page": ${page}, "per_page": ${perPage}, "total_pages": ${totalPages}}`;
  return json`{
    "type": "pages", "page": ${page}, "per_page": ${perPage}, "total_pages": ${totalPages},
    "next": {"per_page": ${next.per_page}, "starting_after": ${next.starting_after}}
  }`;
}

/** Checks a page size given in a body or a query string. Throws ApiError. */
export function pageSize(value: JsonValue, fallback: number, max = PER_PAGE_MAX): number {
  if (value === undefined || value === null) return fallback;
  const size = typeof value === "string" ? Number(value) : value;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1 || size > max) {
    throw unplanned("parameter_invalid", `per_page must be between 1 and ${max}`);
  }
  return size;
}

function rank(order: Order, key: number, updatedAt: number, record: JsonObject | null): number {
  switch (order.kind) {
    case "updated_desc":
      return updatedAt;
    case "shuffled":
      return hash32(order.seed, key) >>> 1;
    case "field": {
      const created = record?.["created_at"];
      const time = order.field === "updated_at" ? updatedAt : typeof created === "number" ? created : 0;
      return order.isAscending ? 2 ** 31 - 1 - time : time;
    }
    default:
      throw new Error(`no such order: ${order satisfies never}`);
  }
}

function writeCursor(offset: number, name: string): string {
  return Buffer.from(`${offset}.${digest(name)}`).toString("base64url");
}

function readCursor(cursor: string, name: string): number {
  const [, offset, of] = /^(\d+)\.(\d+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (offset === undefined || of !== digest(name))
    throw new ApiError(400, "invalid_param", "starting_after is not a cursor of this query");
  return Number(offset);
}

function digest(name: string): string {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = hash32(hash, name.charCodeAt(index));
  return String(hash);
}
