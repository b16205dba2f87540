import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkQueue } from "../../loader/sync/work-queue.ts";

/** Work that ends when the test says so. */
function steps() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const work = (item: string): Promise<void> => {
    begun.push(item);
    const end = Promise.withResolvers<void>();
    ends.set(item, end);
    return end.promise;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    work,
    end: async (item: string) => {
      ends.get(item)?.resolve();
      await turn();
    },
    fail: async (item: string, error: Error) => {
      ends.get(item)?.reject(error);
      await turn();
    },
  };
}

const untold = (error: unknown): void => assert.fail(String(error));

test("so many items at a time, in the order of their batches", async () => {
  const { begun, work, end } = steps();
  const queue = new WorkQueue<string>(2, untold);
  const first = queue.add(["a", "b", "c"], work);
  const second = queue.add(["d", "e"], work);
  assert.deepEqual(begun, ["a", "b"]);
  await end("b");
  assert.deepEqual(begun, ["a", "b", "c"]);
  await end("a");
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
  await end("c");
  await first;
  await end("d");
  await end("e");
  await second;
  assert.deepEqual(begun, ["a", "b", "c", "d", "e"]);
});

test("a batch has ended when its last item has, whichever that is", async () => {
  const { work, end } = steps();
  const queue = new WorkQueue<string>(3, untold);
  let isOver = false;
  const batch = queue.add(["a", "b", "c"], work).then(() => {
    isOver = true;
  });
  await end("c");
  await end("a");
  assert.equal(isOver, false);
  await end("b");
  await batch;
});

test("a failure is told at once, and its batch rejects with the first one when all have ended; others go on", async () => {
  const { begun, work, end, fail } = steps();
  const told: unknown[] = [];
  const queue = new WorkQueue<string>(2, (error) => told.push(error));
  const [first, later] = [new Error("first"), new Error("later")];
  let isRejected = false;
  const failing = queue.add(["a", "b"], work);
  failing.catch(() => {
    isRejected = true;
  });
  const next = queue.add(["c"], work);
  await fail("b", first);
  assert.deepEqual(told, [first]);
  assert.equal(isRejected, false);
  await fail("a", later);
  await assert.rejects(failing, first);
  assert.deepEqual(begun, ["a", "b", "c"]);
  await end("c");
  await next;
});

test("work that throws before it waits counts as failed, too", async () => {
  const told: unknown[] = [];
  const queue = new WorkQueue<string>(1, (error) => told.push(error));
  const error = new Error("at once");
  const batch = queue.add(["a", "b"], (item) => {
    if (item === "a") throw error;
    return Promise.resolve();
  });
  await assert.rejects(batch, error);
  assert.deepEqual(told, [error]);
});

test("an empty batch has ended, and what comes when nothing is under way is begun", async () => {
  const { begun, work, end } = steps();
  const queue = new WorkQueue<string>(4, untold);
  await queue.add([], work);
  const first = queue.add(["a"], work);
  await end("a");
  await first;
  const second = queue.add(["b"], work);
  await end("b");
  await second;
  assert.deepEqual(begun, ["a", "b"]);
});

test("who waits for room goes on once few enough items are left, failed ones included", async () => {
  const { work, end, fail } = steps();
  const queue = new WorkQueue<string>(4, () => undefined);
  queue.add(["a", "b", "c", "d"], work).catch(() => undefined);
  let hasRoom = false;
  const room = queue.untilWaiting(2).then(() => {
    hasRoom = true;
  });
  await end("b");
  assert.equal(hasRoom, false);
  await fail("d", new Error("no such thing"));
  await room;
  await queue.untilWaiting(2);
  await end("a");
  await end("c");
});
