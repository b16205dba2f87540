import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, Progress } from "../../loader/sync/progress.ts";

test("a bar says how far, how fast, how many parts, what of the budget, and how long yet", () => {
  const progress = new Progress();
  progress.expect("conversations", 400);
  progress.skipped("conversations", 100);
  for (let index = 0; index < 100; index += 1) progress.done("conversations");
  progress.parts("conversations", 800);
  const text = frame(progress, { requests: 105, shareUsed: 0.5 }, 10);
  assert.match(text, /conversations +█{12}░{12} 200\/400 {2}20\/s {2}800 parts {2}about 10 s left/);
  assert.match(text, /105 requests, 50 % of this window's rate budget/);
});

test("nothing to do is a full bar without an estimate", () => {
  const progress = new Progress();
  progress.expect("conversations", 0);
  assert.match(
    frame(progress, { requests: 1, shareUsed: undefined }, 0),
    /█{24} 0\/0 {2}0\/s {2}0 parts\n1 requests, no rate limit stated/,
  );
});

test("other streams are counted, and conversation parts stand with their conversations", () => {
  const progress = new Progress();
  progress.done("contacts");
  progress.stored("conversation_parts", 5);
  progress.stored("ticket_parts", 5);
  const text = frame(progress, { requests: 1, shareUsed: undefined }, 1);
  assert.match(text, /contacts +1 new or changed/);
  assert.doesNotMatch(text, /conversation_parts|ticket_parts/);
});

test("tickets have a bar of their own, with their own parts", () => {
  const progress = new Progress();
  progress.parts("conversations", 800);
  progress.expect("tickets", 20);
  for (let index = 0; index < 10; index += 1) progress.done("tickets");
  progress.parts("tickets", 70);
  const text = frame(progress, { requests: 1, shareUsed: undefined }, 10);
  assert.match(text, /tickets +█{12}░{12} 10\/20 {2}1\/s {2}70 parts {2}about 10 s left/);
});
