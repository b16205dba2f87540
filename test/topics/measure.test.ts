import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { languages, ownSentences } from "./labelled.ts";
import { precisionOf, recallOf, scoreOf, subjects, TopicFinder } from "./measure.ts";

const leastShare = 0.8;
const leastSentences = 15;
const leastTraps = 30;

describe("the topics of seeds/topics.csv", () => {
  let finder: TopicFinder;

  before(async () => {
    finder = await TopicFinder.open();
  });

  after(() => finder.close());

  for (const language of languages) {
    it(`find four of five sentences about each subject in ${language}, and at most one of five by mistake`, async () => {
      const sentences = await ownSentences(finder, language);
      const topics = await finder.topicsOf(sentences.map(({ text }) => text));
      const low = Object.entries(subjects).filter(([subject, names]) => {
        const score = scoreOf(subject, names, sentences, topics);
        return (recallOf(score) ?? 0) < leastShare || (precisionOf(score) ?? 0) < leastShare;
      });
      assert.deepEqual(low, []);
    });

    it(`are measured on fifteen sentences of each subject in ${language}, half of them older than the phrases`, async () => {
      const sentences = await ownSentences(finder, language);
      for (const subject of Object.keys(subjects)) {
        const about = sentences.filter((sentence) => sentence.about.includes(subject));
        assert.ok(about.length >= leastSentences, `${subject}: ${about.length}`);
        assert.ok(
          about.filter(({ written }) => written === "before").length >= Math.floor(leastSentences / 2),
          subject,
        );
      }
      const traps = sentences.filter(({ about }) => about.length === 0);
      assert.ok(traps.length >= leastTraps, `${traps.length} traps`);
      assert.equal(new Set(sentences.map(({ text }) => text)).size, sentences.length);
    });
  }

  it("do not take somebody who reports a problem for somebody who asks about reports", async () => {
    const texts = [
      "I want to report a payment issue",
      "how do I report problems with the payment",
      "The report is empty",
    ];
    const found = await finder.topicsOf(texts);
    assert.deepEqual(
      found.map((topics) => topics.has("reports")),
      [false, false, true],
    );
  });

  it("are not looked for in quoted mail, in signatures, or in what a mail program adds", async () => {
    const found = await finder.topicsOf([
      "Hello\n\nOn Mon, 2 Feb 2026 at 10:00, Ada <ada@example.com> wrote:\n> Please cancel our subscription",
      "Hello\n-- \nAda Byron\nHead of Invoices and Refunds",
      "Hello\n\nSent from my iPhone",
      "Please cancel our subscription\n-- \nAda",
    ]);
    assert.deepEqual(
      found.map((topics) => [...topics]),
      [[], [], [], ["cancellation"]],
    );
  });
});

describe("the measure of a topic", () => {
  const sentences = [
    { text: "a", about: ["refund"], written: "" },
    { text: "b", about: ["refund"], written: "" },
    { text: "c", about: [], written: "" },
    { text: "d", about: ["login"], written: "" },
  ];
  const topics = [new Set(["refund"]), new Set<string>(), new Set(["refund"]), new Set(["login"])];

  it("counts what was found, missed, and found by mistake", () => {
    const score = scoreOf("refund", ["refund"], sentences, topics);
    assert.deepEqual(score, { found: 1, missed: 1, wrong: 1 });
    assert.deepEqual([recallOf(score), precisionOf(score)], [0.5, 0.5]);
  });

  it("is unknown where nothing is about the subject and nothing was found", () => {
    const score = scoreOf("export", ["export"], sentences, topics);
    assert.deepEqual([recallOf(score), precisionOf(score)], [null, null]);
  });
});
