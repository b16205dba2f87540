// A customer's text is the same text wherever it goes, and markup, a formula or a key of its own nowhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Parser } from "htmlparser2";
import { parseHTML } from "linkedom";
import { postHogEvent } from "../../loader/activate/posthog/event.ts";
import { csvCell } from "../../loader/csv.ts";
import { readThread } from "../../loader/extract/fast/reader.ts";
import { plainText } from "../../loader/extract/plain-text.ts";
import { JsonMembers, writeJson } from "../../loader/json.ts";
import { markupOf } from "../../loader/report/page/page.ts";
import { linkOrText, makerFor } from "../../loader/report/view/element.ts";
import { ticket } from "../activate/tickets.ts";
import { repository } from "../tools/repository.ts";
import { holds, holdsForAll, hostileText } from "./cases.ts";

/** Milliseconds for a short body, on a machine that does much else. */
const msMax = 2000;

const escapedHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
/** Only white space may differ. */
const withoutBlanks = (text: string | null): string => (text ?? "").replaceAll(/\s/g, "");

test("any body has a plain text, in a short time, whose Unicode is whole, and both readers find the same", () => {
  holds(hostileText, (html) => {
    const startMs = performance.now();
    const text = plainText(html);
    assert.ok(performance.now() - startMs < msMax);
    assert.ok(text === null || (text.isWellFormed() && text === text.trim() && text !== ""));
    const thread = { id: "1", created_at: 1, updated_at: 1, source: { body: html } };
    const body = JSON.stringify({ ...thread, conversation_parts: { conversation_parts: [] } });
    const record = readThread(Buffer.from(body))?.record ?? {};
    const row = JSON.parse(record instanceof JsonMembers ? String(record) : writeJson(record));
    assert.equal(row.body_text, text);
  });
});

test("what is text in a body stays that text, and no tag of it comes to life", () => {
  holds(hostileText, (text) => {
    const well = text.toWellFormed();
    assert.equal(withoutBlanks(plainText(`<p>${escapedHtml(well)}</p>`)), withoutBlanks(well));
  });
});

/** The rows that Python's reader of CSV finds. Errors: anything that is no strict CSV. */
function readByPython(csv: string): string[][] {
  const script = [
    "import csv, io, json, sys",
    "rows = csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline=''), strict=True)",
    "sys.stdout.buffer.write(json.dumps(list(rows)).encode())",
  ];
  const python = join(repository, ".venv/bin/python");
  const { status, stdout, stderr } = spawnSync(python, ["-c", script.join("\n")], { input: csv, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as string[][];
}

test("CSV has each text in its cell, with an apostrophe where a spreadsheet would see a formula", async () => {
  await holdsForAll(hostileText, async (texts) => {
    const rows = readByPython(texts.map((text) => `a,${csvCell(text)},z\r\n`).join(""));
    assert.equal(rows.length, texts.length);
    for (const [index, text] of texts.entries()) {
      const [first, cell = "", last, ...more] = rows[index] ?? [];
      assert.deepEqual([first, last, ...more], ["a", "z"]);
      assert.equal(cell.replaceAll("'", ""), text.toWellFormed().replaceAll("'", ""));
      assert.doesNotMatch(cell, /^(?:[\t\r\n]|[\s"]*[=+\-@])/, JSON.stringify(cell));
    }
  });
});

test("an element has the text and the attributes that it was given, and no other element", () => {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const make = makerFor(document as unknown as Document);
  holds(fc.tuple(hostileText, hostileText), ([text, attribute]) => {
    const link = linkOrText(make, attribute, text);
    const html = markupOf(make("p", { title: attribute }, text, make("b", {}, link)));
    const seen = { names: [] as string[], title: "", text: "" };
    const parser = new Parser({
      onopentag(name, attributes) {
        seen.names.push(name);
        seen.title += attributes["title"] ?? "";
      },
      ontext(piece) {
        seen.text += piece;
      },
    });
    parser.end(html);
    const isLink = attribute.startsWith("https://");
    assert.deepEqual(seen, { names: isLink ? ["p", "b", "a"] : ["p", "b"], title: attribute, text: text + text });
  });
});

test("an event for PostHog has the keys that we give it, whatever a ticket says", () => {
  const keysOf = (text: string): readonly string[][] => {
    const { properties, ...event } = JSON.parse(text);
    return [Object.keys(event), Object.keys(properties), Object.keys(properties.$groups ?? {})];
  };
  const eventOf = (text: string) => {
    const { payload_hash: _, ...made } = { payload_hash: "", ...ticket(0) };
    const hostile = {
      ...made,
      payload_hash: "",
      first_message_body: text,
      company_name: text,
      company_external_id: `c${text}`,
      rating_remark: text,
      tags: [text],
      topics: [text],
    };
    const entry = {
      eventUuid: made.event_uuid,
      step: 0,
      state: "planned",
      workspaceId: "w",
      conversationId: "1",
      distinctId: `u${text}`,
      eventAt: made.closed_at,
      payloadHash: "",
      sentId: null,
      reason: null,
    } as const;
    return postHogEvent({ kind: "ticket", ticket: hostile, entry }, { now: made.closed_at, hasPersonProfiles: true });
  };
  const usual = eventOf("x");
  assert.ok("text" in usual);
  holds(hostileText, (text) => {
    const event = eventOf(text);
    assert.ok("text" in event, JSON.stringify(event));
    assert.ok(event.text.isWellFormed());
    assert.deepEqual(keysOf(event.text), keysOf(usual.text));
  });
});
