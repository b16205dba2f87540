import { FatalError } from "../../loader/errors.ts";
import type { FinishedLoad, LoadRecord } from "../../loader/load/open-load.ts";
import type { Spool } from "../../loader/load/spool.ts";
import type { Warehouse } from "../../loader/load/warehouse.ts";
import { Dice } from "../fault/dice.ts";
import { Book, type Kind, kinds } from "./callers-book.ts";

/** A warehouse that several callers use at once, and its surroundings. */
export type Subject = {
  readonly warehouse: Warehouse;
  readonly spool: Spool;
  readonly nowMs: () => number;
  /** Spoils a load, so that it can't be stored. */
  readonly spoil: (load: FinishedLoad) => FinishedLoad;
  /** Whether the warehouse may fail for good meanwhile: then it has the loads that it reported, and no others. */
  readonly mayFail: boolean;
  /** Called again and again while the callers work: releases answers in some order, moves clocks, makes trouble. */
  readonly beat: ((dice: Dice) => void) | undefined;
  /** Ids of all rows and of all complete loads, when the warehouse is closed. */
  readonly end: () => Promise<{ readonly rows: readonly string[]; readonly loads: readonly string[] }>;
  /** In words, what else is left and should not be. */
  readonly remains: () => readonly string[];
};

export const workspaceId = "w1";
const firstSecond = Date.parse("2026-01-05T09:00:00Z") / 1000;
const callers = 5;
const operationsOfEach = 10;
const beatsMax = 100_000_000;
const stuck = "nothing ends";
/** One of so many loads can't be stored. */
const loadsPerSpoilt = 6;

/**
 * Several callers commit and read, in an order that the seed decides as far as a network lets it; two of them close the
 * warehouse while others are still at work. Every read is judged when it ends, and the whole at the end. In words, all that
 * is wrong.
 */
export async function drive(subject: Subject, seed: number): Promise<readonly string[]> {
  const dice = new Dice(seed);
  const book = new Book();
  let isOver = false;
  let isClosing = false;
  const work = Array.from({ length: callers }, async (_, caller) => {
    for (let operation = 0; operation < operationsOfEach; operation += 1) {
      await pause(dice);
      const isLast = operation === operationsOfEach - 1;
      const [name, run] =
        caller < 2 && isLast
          ? (["close", () => subject.warehouse.close()] as const)
          : drawOperation(subject, book, dice);
      if (name === "close") isClosing = true;
      await run().catch((error: unknown) => {
        // A closed warehouse takes nothing more; a warehouse that may fail says so in a sentence.
        const isMeant = isClosing || (subject.mayFail && error instanceof FatalError);
        if (!isMeant) book.faults.push(`${name} failed: ${String(error)}`);
      });
    }
  });
  const beating = (async () => {
    for (let beat = 0; !isOver && subject.beat !== undefined; beat += 1) {
      if (beat > beatsMax) {
        book.faults.push(stuck);
        return;
      }
      subject.beat(dice);
      await new Promise(setImmediate);
    }
  })();
  const ended = Promise.all(work).then(() => {
    isOver = true;
  });
  await beating;
  if (book.faults.includes(stuck)) return book.faults;
  await ended;
  await subject.warehouse.close().catch(() => undefined);
  const { rows, loads } = await subject.end();
  book.judgeEnd(rows, loads, subject.mayFail);
  return [...book.faults, ...subject.remains()];
}

type Operation = readonly [name: string, run: () => Promise<void>];

function drawOperation(subject: Subject, book: Book, dice: Dice): Operation {
  const { warehouse } = subject;
  const listed = async (name: string, kind: Kind, read: () => Promise<Iterable<string>>): Promise<void> => {
    const view = book.view(kind);
    book.judge(name, await read(), view);
  };
  const operations: readonly Operation[] = [
    [
      "storedThreads",
      () =>
        listed("storedThreads", "conversations", async () =>
          (await warehouse.storedThreads(workspaceId, "conversations", { from: 0, to: firstSecond + 10_000 })).keys(),
        ),
    ],
    [
      "fetchedConversations",
      () => {
        const all = { fetchedFrom: 0, updatedFrom: 0, updatedTo: undefined, unreadIn: undefined };
        return listed("fetchedConversations", "conversations", () => warehouse.fetchedConversations(workspaceId, all));
      },
    ],
    [
      "liveRecords",
      () => listed("liveRecords", "tags", async () => (await warehouse.liveRecords(workspaceId, "tags")).keys()),
    ],
    [
      "listedAsDeleted",
      () => listed("listedAsDeleted", "listed deletion", () => warehouse.listedAsDeleted(workspaceId)),
    ],
    [
      "recordsToRecheck",
      () =>
        listed("recordsToRecheck", "unlisted deletion", async () =>
          (await warehouse.recordsToRecheck(workspaceId, "conversations", firstSecond - 100)).keys(),
        ),
    ],
    ["coverage", () => readCoverage(warehouse, book)],
    ["countLive", () => readCounts(warehouse, book)],
  ];
  if (dice.below(5) < 3) return ["commit", () => commit(subject, book, dice)];
  return dice.pick(operations);
}

async function commit(subject: Subject, book: Book, dice: Dice): Promise<void> {
  const number = book.size + 1;
  const id = `row-${number}`;
  const kind = dice.pick(kinds);
  const second = firstSecond + number * 10;
  const finished = loadOf(subject, kind, id, second);
  const isSpoilt = dice.below(loadsPerSpoilt) === 0;
  const load = isSpoilt ? subject.spoil(finished) : finished;
  book.begin(id, { kind, load, second, isSpoilt });
  try {
    await subject.warehouse.commit(load, () => book.tell(id));
    book.accept(id);
  } catch (error) {
    book.refuse(id);
    if (!isSpoilt) throw error;
  }
}

function loadOf({ spool, nowMs }: Subject, kind: Kind, id: string, second: number): FinishedLoad {
  const load = spool.begin(nowMs());
  const at = time(second);
  switch (kind) {
    case "conversations":
      load.add("conversations", { id, created_at: at, updated_at: at, state: "open", payload: { id } }, second + 5);
      return load.finish([record("conversations", { window_from: at, window_to: at })]);
    case "tags":
      load.add("tags", { id, created_at: null, updated_at: null, payload: { id }, _payload_hash: id }, second);
      return load.finish([record("tags", { window_to: at })]);
    case "listed deletion":
    case "unlisted deletion":
      load.add(
        "deleted_conversations",
        { id, deleted_at: kind === "listed deletion" ? at : null, payload: {} },
        second,
      );
      return load.finish([record("deleted_conversations", {})]);
    default:
      throw new Error(`no load of the kind ${kind satisfies never}`);
  }
}

function record(stream: LoadRecord["stream"], window: Partial<LoadRecord>): LoadRecord {
  const covers =
    stream === "conversations" ? { range_from: time(firstSecond), settled_to: time(firstSecond + 1e6) } : {};
  return { stream, row_count: 1, rejected_count: 0, ...covers, ...window };
}

/** The next reader finds the conversations of every covered window. */
async function readCoverage(warehouse: Warehouse, book: Book): Promise<void> {
  const view = book.view("conversations");
  const { settled } = await warehouse.coverage(workspaceId, "conversations");
  const covered = (id: string): boolean =>
    settled.some(({ from, to }) => from <= book.second(id) && book.second(id) <= to);
  for (const id of view.least) if (!covered(id)) book.faults.push(`coverage lacks ${id}, which was committed before`);
  const claimed = [...view.most()].filter(covered);
  const stored = await warehouse.storedThreads(workspaceId, "conversations", { from: 0, to: firstSecond + 10_000 });
  for (const id of claimed) if (!stored.has(id)) book.faults.push(`coverage claims ${id}, which is not there`);
}

async function readCounts(warehouse: Warehouse, book: Book): Promise<void> {
  const view = book.view("tags");
  const [count, cursor, status] = await Promise.all([
    warehouse.countLive(workspaceId, "tags"),
    warehouse.streamCursor(workspaceId, "tags"),
    warehouse.status(),
  ]);
  const most = view.most();
  const rows = status.find(({ stream }) => stream === "tags")?.rows ?? 0;
  for (const [name, number] of [
    ["countLive", count],
    ["status", rows],
  ] as const)
    if (number < view.least.size || number > most.size)
      book.faults.push(`${name} gives ${number} tags, between ${view.least.size} and ${most.size} were committed`);
  const newest = Math.max(0, ...[...view.least].map((id) => book.second(id)));
  if ((cursor ?? 0) < newest) book.faults.push(`the cursor of tags is ${cursor}, ${newest} was committed`);
}

/** Lets other callers come in, for a time that the dice decide. */
async function pause(dice: Dice): Promise<void> {
  for (let turns = dice.below(6); turns > 0; turns -= 1)
    await (dice.below(2) === 0 ? Promise.resolve() : new Promise(setImmediate));
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
