import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPlace, type Paging, type Place, UnknownNextError } from "../../loader/extract/next-place.ts";

type Case = readonly [what: string, pages: unknown, place: Place, paging: Paging, next: Place | undefined];

const url = "https://api.intercom.io/contacts/1/companies";
const cursor = { starting_after: "abc" };

/** Every `next` that was seen, in the published examples or at other programs' users. */
const cases: readonly Case[] = [
  ["no pages", undefined, {}, "cursor", undefined],
  ["pages that are null", null, {}, "number", undefined],
  ["pages without next", { type: "pages", page: 1, total_pages: 1 }, {}, "cursor", undefined],
  ["next null", { next: null }, {}, "cursor", undefined],
  ["next false", { next: false }, {}, "number", undefined],
  ["next empty", { next: "" }, {}, "number", undefined],
  ["next blank", { next: "  " }, {}, "cursor", undefined],
  ["a cursor in an object", { next: { per_page: 150, starting_after: "abc" } }, {}, "cursor", cursor],
  ["a cursor in an object, where numbers are usual", { next: { starting_after: "abc" } }, {}, "number", cursor],
  ["a cursor with a page beside it", { next: { page: 2, starting_after: "abc" } }, {}, "cursor", cursor],
  ["a cursor that is a number", { next: { starting_after: 17 } }, {}, "cursor", { starting_after: "17" }],
  ["an object whose cursor is null", { next: { starting_after: null } }, {}, "cursor", undefined],
  ["an object whose cursor is empty", { next: { starting_after: "" } }, {}, "cursor", undefined],
  ["an object without anything", { next: {} }, {}, "cursor", undefined],
  ["a page in an object", { next: { page: 3 } }, { page: "2" }, "number", { page: "3" }],
  ["a URL in an object", { next: { url: `${url}?page=4` } }, { page: "3" }, "number", { page: "4" }],
  ["a bare cursor", { next: "abc" }, {}, "cursor", cursor],
  ["a bare cursor of digits", { next: "123" }, {}, "cursor", { starting_after: "123" }],
  ["a number", { next: 2 }, {}, "number", { page: "2" }],
  ["a number, where cursors are usual", { next: 2 }, {}, "cursor", { page: "2" }],
  ["a number as text", { next: "2" }, {}, "number", { page: "2" }],
  ["page 0, which is no page", { next: 0 }, {}, "number", undefined],
  ["a URL with a page", { next: `${url}?per_page=50&page=2` }, {}, "number", { page: "2" }],
  ["a URL with a cursor", { next: `${url}?starting_after=abc&per_page=50` }, {}, "number", cursor],
  ["a URL without a host", { next: "/conversations/deleted?page=2&order=desc" }, {}, "number", { page: "2" }],
  ["parameters alone", { next: "?page=2" }, {}, "number", { page: "2" }],
  [
    "a URL with parameters of its own",
    { next: "https://api.intercom.io/admins/activity_logs?created_at_after=1&page=2" },
    {},
    "number",
    { created_at_after: "1", page: "2" },
  ],
  [
    "a URL of another host, of which only the parameters count",
    { next: "https://evil.test/?page=2" },
    {},
    "number",
    { page: "2" },
  ],
  ["a URL that names no place", { next: url }, {}, "number", undefined],
  ["a count of pages alone", { page: 1, total_pages: 3 }, {}, "number", { page: "2" }],
  ["a count of pages alone, as text", { total_pages: "3" }, { page: "2" }, "number", { page: "3" }],
  ["a count of pages that is reached", { total_pages: 3 }, { page: "3" }, "number", undefined],
  ["a count of pages that is negative", { total_pages: -1 }, {}, "number", undefined],
  ["a count of pages beside next null", { next: null, total_pages: 3 }, {}, "number", { page: "2" }],
  ["a count of pages where the last cursor was", { next: null, total_pages: 3, page: 1 }, {}, "cursor", undefined],
];

for (const [what, pages, place, paging, next] of cases) {
  const where = next === undefined ? "is the last page" : `leads to ${JSON.stringify(next)}`;
  test(`${what} ${where} (${paging})`, () => assert.deepEqual(nextPlace(pages, place, paging), next));
}

for (const next of [true, ["abc"], "https://[broken"]) {
  test(`next ${JSON.stringify(next)} is not guessed at`, () =>
    assert.throws(() => nextPlace({ next }, {}, "cursor"), UnknownNextError));
}
