import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartListingError, UnavailableError } from "../../loader/errors.ts";
import type { Place } from "../../loader/extract/next-place.ts";
import { type Page, readListing, type WalkOptions, walkPages } from "../../loader/extract/pages.ts";

const at = (cursor: string): Place => ({ starting_after: cursor });
const idOf = (id: string): string => id;

/** A page for each cursor in turn, again and again; each has a record of its own. */
const pagesOf = (cursors: readonly (string | undefined)[], total?: number) => {
  let asked = 0;
  return async (): Promise<Page<string>> => {
    const next = cursors[asked % cursors.length];
    asked += 1;
    return { items: [`r${(asked - 1) % cursors.length}`], total, next: next === undefined ? undefined : at(next) };
  };
};

/** A listing without an end: page N leads to page N + 1. */
const endless = (itemsOf: (page: number) => readonly string[], total?: number) => {
  let pages = 0;
  const fetchPage = async (): Promise<Page<string>> => {
    pages += 1;
    return { items: itemsOf(pages), total, next: { page: String(pages + 1) } };
  };
  return { fetchPage, asked: () => pages };
};

const walked = (fetchPage: (place: Place) => Promise<Page<string>>, options?: WalkOptions) =>
  Array.fromAsync(walkPages(fetchPage, idOf, options));

test("paging ends only when no next page is named, empty pages notwithstanding", async () => {
  const pages: Page<string>[] = [
    { items: ["a"], total: 2, next: at("1") },
    { items: [], total: 2, next: at("2") },
    { items: ["b"], total: 2, next: undefined },
  ];
  const seen: Place[] = [];
  const read = await walked(async (place) => {
    seen.push(place);
    return pages[Number(place["starting_after"] ?? 0)] ?? { items: [], total: 2, next: undefined };
  });
  assert.deepEqual(
    read.flatMap((page) => page.items),
    ["a", "b"],
  );
  assert.deepEqual(seen, [{}, at("1"), at("2")]);
});

test("a repeated cursor is an error, not a loop", async () => {
  const different = ["x", "y", "x"].map((next, index) => ({ items: [`r${index}`], total: undefined, next: at(next) }));
  let asked = 0;
  await assert.rejects(
    walked(async () => different[asked++] ?? { items: [], total: undefined, next: undefined }),
    RestartListingError,
  );
  assert.equal(asked, 3);
});

test("a listing that shows the same page under ever new numbers ends at the second", async () => {
  const { fetchPage, asked } = endless(() => ["a", "b"]);
  await assert.rejects(walked(fetchPage), /a page was repeated/);
  assert.equal(asked(), 2);
});

test("a repeated page is the end of a listing that has shown all that it counts", async () => {
  const { fetchPage, asked } = endless(() => ["a", "b"], 2);
  assert.equal((await walked(fetchPage)).length, 1);
  assert.equal(asked(), 2);
});

test("how many there are may be known from elsewhere", async () => {
  const { fetchPage } = endless(() => ["a", "b"]);
  assert.equal((await walked(fetchPage, { total: 2 })).length, 1);
});

test("a cycle of pages ends when its first page comes again", async () => {
  const { fetchPage, asked } = endless((page) => [`r${page % 3}`]);
  await assert.rejects(walked(fetchPage), RestartListingError);
  assert.equal(asked(), 4);
});

test("a listing whose pages are all empty ends", async () => {
  const { fetchPage, asked } = endless(() => []);
  await assert.rejects(walked(fetchPage), /20 pages in a row were empty/);
  assert.equal(asked(), 20);
});

test("a listing without an end stops at its maximum", async () => {
  const { fetchPage, asked } = endless((page) => [`r${page}`]);
  await assert.rejects(walked(fetchPage, { pagesMax: 7 }), /more than 7 pages/);
  assert.equal(asked(), 7);
});

test("a scroll keeps its cursor, and ends with an empty page", async () => {
  let pages = 0;
  const fetchPage = async (): Promise<Page<string>> => {
    pages += 1;
    return { items: pages > 3 ? [] : [`r${pages}`], total: undefined, next: { scroll_param: "same" } };
  };
  assert.equal((await walked(fetchPage, { isScroll: true })).length, 4);
});

test("a listing that keeps repeating its cursor is given up with the next step", async () => {
  await assert.rejects(Array.fromAsync(readListing(pagesOf(["x", "x"]), idOf)), (error) => {
    assert.ok(error instanceof UnavailableError);
    return /repeated/.test(error.message) && /again/.test(error.message);
  });
});

test("a listing whose cursor broke once is begun again and gives each record once", async () => {
  let isBroken = true;
  const fetchPage = async (place: Place): Promise<Page<string>> => {
    if (place["starting_after"] === undefined) return { items: ["a"], total: 2, next: at("1") };
    if (!isBroken) return { items: ["b"], total: 2, next: undefined };
    isBroken = false;
    throw new RestartListingError("a cursor was refused");
  };
  const listed = await Array.fromAsync(readListing(fetchPage, idOf));
  assert.deepEqual(
    listed.flatMap((page) => page.items),
    ["a", "b"],
  );
  assert.equal(listed.at(-1)?.end?.isWhole, true);
});

test("a listing that shows fewer than it counts, twice the same, is whole, and says how many it hides", async () => {
  const listed = await Array.fromAsync(readListing(pagesOf(["1", undefined], 3), idOf));
  const end = listed.at(-1)?.end;
  assert.deepEqual([end?.isWhole, end?.unseen], [true, 1]);
  assert.deepEqual(
    listed.flatMap((page) => page.items),
    ["r0", "r1"],
  );
});

test("a listing that shows others in each pass is not whole", async () => {
  let passes = 0;
  const fetchPage = async (): Promise<Page<string>> => {
    passes += 1;
    return { items: [`r${passes}`], total: 9, next: undefined };
  };
  const listed = await Array.fromAsync(readListing(fetchPage, idOf));
  assert.equal(listed.at(-1)?.end?.isWhole, false);
});

test("a listing that shows A, then B, then A again is not taken for steady", async () => {
  let passes = 0;
  const fetchPage = async (): Promise<Page<string>> => {
    passes += 1;
    return { items: [passes % 2 === 0 ? "b" : "a"], total: 3, next: undefined };
  };
  const listed = await Array.fromAsync(readListing(fetchPage, idOf, 4));
  assert.equal(listed.at(-1)?.end?.isWhole, false);
});

test("the last of several pages is the end, also when it is full", async () => {
  const fetchPage = async (place: Place): Promise<Page<string>> =>
    place["page"] === undefined
      ? { items: ["a"], total: 3, next: { page: "2" }, isFull: true }
      : { items: ["b"], total: 3, next: undefined, isFull: true };
  const listed = await Array.fromAsync(readListing(fetchPage, idOf));
  assert.deepEqual([listed.at(-1)?.end?.isWhole, listed.at(-1)?.end?.unseen], [true, 1]);
});

test("a full page without a next one, while more are counted, is not the end", async () => {
  const fetchPage = async (): Promise<Page<string>> => ({ items: ["a"], total: 2, next: undefined, isFull: true });
  const listed = await Array.fromAsync(readListing(fetchPage, idOf));
  assert.equal(listed.at(-1)?.end?.isWhole, false);
});

test("a listing that shows far more than it counts has no end", async () => {
  const { fetchPage, asked } = endless((page) => Array.from({ length: 100 }, (_, index) => `r${page}-${index}`), 50);
  await assert.rejects(walked(fetchPage), /a listing of 50 showed \d+ records/);
  assert.ok(asked() < 20);
});
