import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPage } from "../../../loader/extract/fast/reader.ts";

const pages = { type: "pages", next: { page: 2, starting_after: "c" }, total_pages: 3 };
const page = {
  type: "conversation.list",
  pages,
  conversations: [
    { id: "1", updated_at: 1_700_000_000, source: { id: "no", body: "long" }, tags: [] },
    { updated_at: null, type: "conversation", id: 90071992547409 },
    { id: "3", title: "no time" },
  ],
  total_count: 300,
};

describe("a page of conversations", () => {
  it("is shortened to what is wanted of each", () => {
    assert.deepEqual(readPage(Buffer.from(JSON.stringify(page))), {
      type: "conversation.list",
      pages,
      conversations: [
        { id: "1", updated_at: 1_700_000_000 },
        { id: 90071992547409, updated_at: null },
        { id: "3", updated_at: null },
      ],
      total_count: 300,
    });
  });

  it("keeps what QA found, as it is", () => {
    const monitor_evaluations = [{ monitor_id: "1", explanation: 'a "quote" and <b>' }];
    const quality = { monitor_evaluations, scorecards: [] };
    const withQuality = { ...page, conversations: [{ id: "1", title: "long", ...quality, updated_at: 5 }] };
    assert.deepEqual(readPage(Buffer.from(JSON.stringify(withQuality))), {
      ...page,
      conversations: [{ id: "1", updated_at: 5, ...quality }],
    });
  });

  it("may be empty", () => {
    const empty = { type: "conversation.list", pages: null, conversations: [], total_count: 0 };
    assert.deepEqual(readPage(Buffer.from(JSON.stringify(empty))), empty);
  });

  it("keeps a record without an id whole, for it is rejected as it is", () => {
    const spoilt = { ...page, conversations: [...page.conversations, { title: "no id", updated_at: 5 }] };
    assert.deepEqual(readPage(Buffer.from(JSON.stringify(spoilt))), spoilt);
  });

  it("is read by the parser when it is written in another way", () => {
    assert.deepEqual(readPage(Buffer.from(JSON.stringify(page, undefined, 2))), page);
  });

  it("is nothing when it is no whole JSON", () => {
    const text = JSON.stringify(page);
    for (let length = 0; length < text.length; length += 1) {
      assert.equal(readPage(Buffer.from(text.slice(0, length))), undefined);
    }
    assert.equal(readPage(Buffer.from(`${text}x`)), undefined);
  });
});
