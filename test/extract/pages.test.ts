import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartListingError, UnavailableError } from "../../loader/errors.ts";
import { followCursor, type Page, readListing } from "../../loader/extract/pages.ts";

const pagesOf = (cursors: readonly (string | undefined)[], total?: number) => {
  let asked = 0;
  return async (): Promise<Page<string>> => {
    const next = cursors[asked % cursors.length];
    asked += 1;
    return { items: [`r${(asked - 1) % cursors.length}`], total, next };
  };
};

test("paging ends only when no next page is named, empty pages notwithstanding", async () => {
  const pages: Page<string>[] = [
    { items: ["a"], total: 2, next: "1" },
    { items: [], total: 2, next: "2" },
    { items: ["b"], total: 2, next: undefined },
  ];
  const seen: (string | undefined)[] = [];
  const read = await Array.fromAsync(
    followCursor(async (cursor) => {
      seen.push(cursor);
      return pages[Number(cursor ?? 0)] ?? { items: [], total: 2, next: undefined };
    }),
  );
  assert.deepEqual(
    read.flatMap((page) => page.items),
    ["a", "b"],
  );
  assert.deepEqual(seen, [undefined, "1", "2"]);
});

test("a repeated cursor is an error, not a loop", async () => {
  await assert.rejects(Array.fromAsync(followCursor(pagesOf(["x", "y", "x"]))), RestartListingError);
});

test("a listing that keeps repeating its cursor is given up with the next step", async () => {
  await assert.rejects(Array.fromAsync(readListing(pagesOf(["x", "x"]), (id) => id)), (error) => {
    assert.ok(error instanceof UnavailableError);
    return /repeated/.test(error.message) && /again/.test(error.message);
  });
});

test("a listing whose cursor broke once is begun again and gives each record once", async () => {
  let isBroken = true;
  const fetchPage = async (cursor: string | undefined): Promise<Page<string>> => {
    if (cursor === undefined) return { items: ["a"], total: 2, next: "1" };
    if (!isBroken) return { items: ["b"], total: 2, next: undefined };
    isBroken = false;
    throw new RestartListingError("a cursor was refused");
  };
  const listed = await Array.fromAsync(readListing(fetchPage, (id) => id));
  assert.deepEqual(
    listed.flatMap((page) => page.items),
    ["a", "b"],
  );
  assert.equal(listed.at(-1)?.end?.isWhole, true);
});

test("a pass that saw fewer records than the listing has is repeated, and reported when it stays short", async () => {
  const listed = await Array.fromAsync(readListing(pagesOf(["1", undefined], 3), (id) => id, 2));
  assert.equal(listed.at(-1)?.end?.isWhole, false);
  assert.deepEqual(
    listed.flatMap((page) => page.items),
    ["r0", "r1"],
  );
});
