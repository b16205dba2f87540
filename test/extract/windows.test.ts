import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError, ServiceDownError, UnavailableError } from "../../loader/errors.ts";
import type { Page } from "../../loader/extract/pages.ts";
import type { Reference } from "../../loader/extract/references.ts";
import { type SecondsRange, uncovered } from "../../loader/extract/seconds-range.ts";
import type { SearchPage } from "../../loader/extract/windows.ts";
import { collect, type FoundWindow, findConversations } from "./found-windows.ts";

const perPage = 150;
const week = 7 * 86_400;
const start = Date.parse("2026-01-05T00:00:00Z") / 1000;
const second: SecondsRange = { from: start + 3 * 86_400, to: start + 3 * 86_400 };
const range: SecondsRange = { from: start, to: start + week - 1 };

type Workspace = { readonly conversations: Map<string, number>; searches: number };

/** `updated_at` by id; `denseSecond` of them in one second. */
function workspace(spread: number, denseSecond = 0): Workspace {
  const conversations = new Map<string, number>();
  for (let index = 0; index < spread; index += 1)
    conversations.set(`c${index}`, start + Math.floor((index * week) / spread));
  for (let index = 0; index < denseSecond; index += 1) conversations.set(`crowd${index}`, start + 3 * 86_400);
  return { conversations, searches: 0 };
}

type Manners = {
  readonly isStrict?: boolean;
  readonly order?: "newest" | "shuffled";
  readonly beforeEach?: (searches: number) => void;
};

/** A search that pages by position over what matches now, as a live one does. */
function searchOf(desk: Workspace, manners: Manners = {}): SearchPage {
  return async (window, place): Promise<Page<Reference>> => {
    desk.searches += 1;
    manners.beforeEach?.(desk.searches);
    const margin = manners.isStrict === true ? 0 : 1;
    const matching = [...desk.conversations]
      .filter(([, at]) => at >= window.from - margin && at <= window.to + margin)
      .sort(([idA, a], [idB, b]) =>
        manners.order === "shuffled" ? hash(idA) - hash(idB) : b - a || (idA < idB ? -1 : 1),
      );
    const offset = Number(place["starting_after"] ?? 0);
    const items = matching.slice(offset, offset + perPage).map(([id, updatedAt]) => ({ id, updatedAt }));
    const next = offset + perPage < matching.length ? { starting_after: String(offset + perPage) } : undefined;
    return { items, total: matching.length, next };
  };
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) % 1_000_003;
  return value;
}

function idsOf(windows: readonly FoundWindow[]): string[] {
  return windows.flatMap((window) => window.references.map((reference) => reference.id ?? "")).sort();
}

for (const manners of [
  {},
  { isStrict: true },
  { order: "shuffled" },
  { isStrict: true, order: "shuffled" },
] satisfies Manners[]) {
  test(`every conversation is found once, whatever the search's bounds and order are: ${JSON.stringify(manners)}`, async () => {
    const desk = workspace(3000, 700);
    const windows = await collect(findConversations(range, searchOf(desk, manners)));
    assert.deepEqual(idsOf(windows), [...desk.conversations.keys()].sort());
  });
}

test("windows follow each other without gap or overlap, oldest first", async () => {
  const windows = await collect(findConversations(range, searchOf(workspace(5000))));
  assert.equal(windows[0]?.from, range.from);
  assert.equal(windows.at(-1)?.to, range.to);
  for (const [index, window] of windows.slice(1).entries()) assert.equal(window.from, (windows[index]?.to ?? 0) + 1);
});

test("the search costs less than 2.5 % of the conversations in requests", async () => {
  const desk = workspace(20_000);
  await collect(findConversations({ from: 0, to: range.to }, searchOf(desk)));
  assert.ok(desk.searches < 500, `${desk.searches} searches for 20,000 conversations`);
});

for (const manners of [{}, { isStrict: true }, { order: "shuffled" }] satisfies Manners[]) {
  test(`a second that hundreds share is found in a few searches: ${JSON.stringify(manners)}`, async () => {
    const desk = workspace(20, 400);
    const windows = await collect(findConversations(range, searchOf(desk, manners)));
    assert.deepEqual(idsOf(windows), [...desk.conversations.keys()].sort());
    assert.ok(desk.searches <= 10, `${desk.searches} searches`);
  });
}

test("an empty range costs one request and is one window", async () => {
  const desk = workspace(0);
  assert.deepEqual(await collect(findConversations(range, searchOf(desk))), [
    { ...range, references: [], isWhole: true, unseen: 0 },
  ]);
  assert.equal(desk.searches, 1);
});

test("a conversation that changes while windows are searched is found, or has moved past the range", async () => {
  const desk = workspace(2000);
  const ids = [...desk.conversations.keys()];
  const beforeEach = (searches: number): void => {
    for (const step of [0, 1, 2])
      desk.conversations.set(ids[(searches * 37 + step * 611) % ids.length] ?? "", range.to + searches);
  };
  const found = new Set(idsOf(await collect(findConversations(range, searchOf(desk, { beforeEach })))));
  for (const [id, updatedAt] of desk.conversations) assert.ok(found.has(id) || updatedAt > range.to, `${id} was lost`);
});

test("a crowded second is read again when conversations leave it between two pages", async () => {
  const desk = workspace(0, 500);
  let hasMoved = false;
  const search = searchOf(desk, {
    order: "newest",
    beforeEach: (searches) => {
      if (searches !== 3 || hasMoved) return;
      hasMoved = true;
      for (let index = 0; index < 40; index += 1) desk.conversations.set(`crowd${index}`, range.to + 10);
    },
  });
  const [window] = await collect(findConversations(second, search));
  assert.equal(window?.isWhole, true);
  const found = new Set(idsOf(window === undefined ? [] : [window]));
  for (const [id, updatedAt] of desk.conversations) assert.ok(found.has(id) || updatedAt > range.to, `${id} was lost`);
});

test("a second that never holds still is not called whole", async () => {
  const desk = workspace(0, 400);
  let arrived = 0;
  const beforeEach = (): void => {
    arrived += 1;
    desk.conversations.set(`new${arrived}`, second.from);
  };
  const inner = searchOf(desk, { beforeEach, order: "shuffled" });
  const search: SearchPage = async (...asked) => ({ ...(await inner(...asked)), total: 900 });
  const [window] = await collect(findConversations(second, search));
  assert.equal(window?.isWhole, false);
});

for (const [what, spread, denseSecond, window] of [
  ["a crowded second", 0, 400, second],
  ["a window of one page", 40, 0, range],
] as const) {
  test(`${what} whose count is one too high in every pass is whole, and says by how much`, async () => {
    const desk = workspace(spread, denseSecond);
    const inner = searchOf(desk);
    const search: SearchPage = async (...asked) => ({ ...(await inner(...asked)), total: spread + denseSecond + 1 });
    const [found] = await collect(findConversations(window, search));
    assert.deepEqual([found?.isWhole, found?.unseen, found?.references.length], [true, 1, spread + denseSecond]);
    assert.ok(desk.searches <= 12, `${desk.searches} searches`);
  });
}

/** A search that fails for windows longer than so many seconds, or that have this very second in them. */
function failingSearch(inner: SearchPage, fails: (window: SecondsRange) => boolean) {
  const hasty: boolean[] = [];
  const search: SearchPage = async (window, place, isFailFast) => {
    hasty.push(isFailFast);
    if (fails(window)) throw new UnavailableError("504", { isTooHeavy: true });
    return inner(window, place, isFailFast);
  };
  return { search, hasty };
}

test("a search that is too heavy for Intercom is cut until it is light enough", async () => {
  const desk = workspace(500);
  const { search, hasty } = failingSearch(searchOf(desk), ({ from, to }) => to - from > 10_000);
  const windows = await collect(findConversations({ from: 0, to: range.to }, search));
  assert.deepEqual(idsOf(windows), [...desk.conversations.keys()].sort());
  assert.deepEqual(hasty.slice(0, 3), [false, true, true], "after a failure it gives up sooner");
});

test("a second that breaks every search is told, and everything around it is found", async () => {
  const desk = workspace(500);
  const [bad = "", badAt = 0] = [...desk.conversations][250] ?? [];
  const { search } = failingSearch(searchOf(desk), ({ from, to }) => from <= badAt && to >= badAt);
  const windows = await collect(findConversations(range, search));
  assert.deepEqual(idsOf(windows), [...desk.conversations.keys()].filter((id) => id !== bad).sort());
  const failed = windows.filter(({ failure }) => failure !== undefined);
  assert.deepEqual(
    failed.map(({ from, to, isWhole }) => [from, to, isWhole]),
    [[badAt, badAt, false]],
  );
});

test("a search that heeds no bounds ends with a word, not with a search for each second", async () => {
  const desk = workspace(3000);
  const inner = searchOf(desk);
  let searches = 0;
  const search: SearchPage = (window, place, isFailFast) => {
    searches += 1;
    return inner({ from: window.from, to: range.to }, place, isFailFast);
  };
  await assert.rejects(collect(findConversations({ from: 0, to: range.to }, search)), /run again with --list/);
  assert.ok(searches < 100, `${searches} searches`);
});

test("a full page without a next one is cut like one that has it", async () => {
  const desk = workspace(600);
  const inner = searchOf(desk);
  const search: SearchPage = async (...asked) => {
    const page = await inner(...asked);
    return { ...page, next: undefined, isFull: page.items.length === perPage };
  };
  const windows = await collect(findConversations(range, search));
  assert.deepEqual(idsOf(windows), [...desk.conversations.keys()].sort());
});

test("a second that shows a full page, counts more and names no next page is not whole", async () => {
  const desk = workspace(0, 400);
  const inner = searchOf(desk);
  const search: SearchPage = async (...asked) => ({ ...(await inner(...asked)), next: undefined, isFull: true });
  const [window] = await collect(findConversations(second, search));
  assert.equal(window?.isWhole, false);
});

test("records that come twice are not taken for all that there are", async () => {
  const search: SearchPage = async () => ({
    items: Array.from({ length: 150 }, () => ({ id: "same", updatedAt: second.from })),
    total: 150,
    next: undefined,
    isFull: true,
  });
  const [window] = await collect(findConversations(second, search));
  assert.equal(window?.isWhole, false);
});

test("a window with a conversation that has no id is searched again by the next run", async () => {
  const search: SearchPage = async () => ({
    items: [{ id: undefined, updatedAt: start }],
    total: 1,
    next: undefined,
  });
  const [window] = await collect(findConversations(range, search));
  assert.equal(window?.isWhole, false);
});

test("windows that are too heavy beyond a length cost a few failures, and one bad second does not shorten the rest", async () => {
  const desk = workspace(500);
  const heavyDays = failingSearch(searchOf(desk), ({ from, to }) => to - from > 3 * 3600);
  await collect(findConversations(range, heavyDays.search));
  const fewest = Math.ceil(week / (3 * 3600));
  assert.ok(heavyDays.hasty.length < 4 * fewest, `${heavyDays.hasty.length} searches for ${fewest} windows`);
  const bad = start + 86_400;
  const oneSecond = failingSearch(searchOf(desk), ({ from, to }) => from <= bad && to >= bad);
  await collect(findConversations(range, oneSecond.search));
  assert.ok(oneSecond.hasty.length < 250, `${oneSecond.hasty.length} searches around one second`);
});

test("a search that answers nothing at all is given up", async () => {
  let searches = 0;
  const search: SearchPage = async () => {
    searches += 1;
    throw new UnavailableError("500");
  };
  await assert.rejects(collect(findConversations({ from: 0, to: range.to }, search)), UnavailableError);
  assert.ok(searches < 40, `${searches} searches`);
});

test("what is wrong with the query itself, or with the whole service, is not cut", async () => {
  for (const error of [new RequestError("400", 400, "invalid"), new ServiceDownError("down")]) {
    let searches = 0;
    const search: SearchPage = async () => {
      searches += 1;
      throw error;
    };
    await assert.rejects(collect(findConversations(range, search)), (thrown) => thrown === error);
    assert.equal(searches, 1);
  }
});

test("what earlier windows covered is left out", () => {
  const covered = [
    { from: 10, to: 19 },
    { from: 15, to: 24 },
    { from: 40, to: 200 },
  ];
  assert.deepEqual(uncovered({ from: 0, to: 99 }, covered), [
    { from: 0, to: 9 },
    { from: 25, to: 39 },
  ]);
  assert.deepEqual(uncovered({ from: 50, to: 99 }, covered), []);
  assert.deepEqual(uncovered({ from: 300, to: 400 }, covered), [{ from: 300, to: 400 }]);
});
