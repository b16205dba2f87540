// Lists that are paged by number: their answers name no next page, only how many there are.
import type { JsonObject } from "../json.ts";
import { pageSize } from "./listings.ts";

export interface PageSizes {
  /** Unless asked for another size. */
  readonly perPage: number;
  readonly max: number;
}

export interface NumberedPage {
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
}

/** The `page` and `per_page` of a query string. Throws ApiError. */
export function askedPage(query: URLSearchParams, { perPage, max }: PageSizes): NumberedPage {
  return {
    page: pageSize(query.get("page"), 1, Number.MAX_SAFE_INTEGER),
    perPage: pageSize(query.get("per_page"), perPage, max),
  };
}

/** `pages` of an answer. */
export function numberedPages({ page, perPage }: NumberedPage, total: number): JsonObject {
  return { type: "pages", page, per_page: perPage, total_pages: Math.ceil(total / perPage) };
}

/** The `data`, `total_count` and `pages` of one page of a list. Throws ApiError. */
export function numberedPage(query: URLSearchParams, all: readonly JsonObject[], sizes: PageSizes): JsonObject {
  const asked = askedPage(query, sizes);
  const from = (asked.page - 1) * asked.perPage;
  return {
    data: all.slice(from, from + asked.perPage),
    total_count: all.length,
    pages: numberedPages(asked, all.length),
  };
}
