// Headers and listings of any shape: no wait without end, no loop without end, and no error but our own.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RestartListingError, UnavailableError } from "../../loader/errors.ts";
import { nextPlace, type Place, UnknownNextError } from "../../loader/extract/next-place.ts";
import { type Page, readListing, walkPages } from "../../loader/extract/pages.ts";
import { RateBudget } from "../../loader/extract/rate-budget.ts";
import { rateHeadersOf, windowMsMax } from "../../loader/extract/rate-headers.ts";
import { ServerClock } from "../../loader/extract/server-clock.ts";
import { retryAfterMs, retryDelayMs, retryDelayMsMax, serverDelayMsMax } from "../../loader/retry.ts";
import { VirtualTime } from "../tools/virtual-time.ts";
import { holds, holdsAsync, hostileText } from "./cases.ts";

const nowMs = Date.UTC(2026, 0, 5);

const headerText = fc.oneof(
  hostileText,
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.integer({ min: -10, max: 200 }).map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.integer({ min: -300, max: 300 }).map((seconds) => String(nowMs / 1000 + seconds)),
);

test("whatever Retry-After says, the wait is at most two minutes, and never none", () => {
  holds(fc.tuple(headerText, fc.integer({ min: 1, max: 60 })), ([header, attempt]) => {
    const asked = retryAfterMs(header, nowMs);
    assert.ok(asked === undefined || (asked > 0 && asked <= serverDelayMsMax), String(asked));
    const delay = retryDelayMs(attempt, header, nowMs, 0.5);
    assert.ok(delay > 0 && delay <= Math.max(serverDelayMsMax, retryDelayMsMax), String(delay));
  });
});

const rateHeaders = fc.record({
  "x-ratelimit-limit": fc.oneof(headerText, fc.constant("100")),
  "x-ratelimit-remaining": fc.oneof(headerText, fc.constant("50")),
  "x-ratelimit-reset": fc.oneof(headerText, fc.constant(String(nowMs / 1000 + 10))),
});

test("whatever the rate headers say, the next request may start within two windows", async () => {
  await holdsAsync(fc.array(fc.tuple(rateHeaders, fc.boolean()), { minLength: 1, maxLength: 4 }), async (answers) => {
    const time = new VirtualTime();
    const clock = new ServerClock(() => time.nowMs);
    const budget = new RateBudget(time.effects, clock);
    for (const [headers, isRefused] of answers) {
      const beganAtMs = time.nowMs;
      const permit = await time.until(budget.acquire(new AbortController().signal));
      assert.ok(time.nowMs - beganAtMs <= 2 * windowMsMax, `${time.nowMs - beganAtMs}`);
      const known = rateHeadersOf(headers, clock.nowMs());
      if (isRefused) budget.pause(known, headers["x-ratelimit-reset"], time.nowMs);
      budget.release(permit, known, true, isRefused);
    }
  });
});

const json = fc.jsonValue({ maxDepth: 3 });
const pagesMember = fc.oneof(
  json,
  fc.record({ next: fc.oneof(json, hostileText, fc.webUrl()), total_pages: json }, { requiredKeys: [] }),
  fc.record({
    next: fc.record(
      { starting_after: fc.oneof(json, hostileText), page: json, url: hostileText },
      { requiredKeys: [] },
    ),
  }),
);

test("whatever names the next page, it is parameters of a request, or an error that says that it is unreadable", () => {
  holds(fc.tuple(pagesMember, fc.constantFrom("cursor" as const, "number" as const)), ([pages, paging]) => {
    try {
      const place = nextPlace(pages, {}, paging);
      for (const value of Object.values(place ?? {})) assert.equal(typeof value, "string");
    } catch (error) {
      assert.ok(error instanceof UnknownNextError, String(error));
    }
  });
});

/** A listing that leads from page to page at will: each page's records, its count, and the number of the page after it. */
const listing = fc.array(
  fc.record({
    ids: fc.array(fc.option(fc.integer({ min: 0, max: 30 }).map(String), { nil: undefined }), { maxLength: 4 }),
    total: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    next: fc.option(fc.nat({ max: 7 }), { nil: undefined }),
    isFull: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

test("a listing that leads in circles ends, and no page is asked for twice in one walk", async () => {
  await holdsAsync(listing, async (pages) => {
    let asked = 0;
    const fetchPage = async (place: Place): Promise<Page<string | undefined>> => {
      asked += 1;
      const page = pages[Number(place["page"] ?? 0) % pages.length];
      assert.ok(page !== undefined);
      const { ids: items, next, total, isFull } = page;
      return { items, total, isFull, next: next === undefined ? undefined : { page: String(next) } };
    };
    try {
      for await (const _ of walkPages<string | undefined, Page<string | undefined>>(fetchPage, (id) => id));
    } catch (error) {
      assert.ok(error instanceof RestartListingError, String(error));
    }
    assert.ok(asked <= 9, `${asked} pages`);
    const seen: string[] = [];
    try {
      for await (const { items } of readListing(fetchPage, (id) => id))
        seen.push(...items.filter((id) => id !== undefined));
    } catch (error) {
      assert.ok(error instanceof UnavailableError, String(error));
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(asked <= 9 + 9 * 7, `${asked} pages`);
  });
});
