import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { languages, ownSentences } from "../topics/labelled.ts";
import { TopicFinder } from "../topics/measure.ts";
import { type Message, noTopics } from "./desk.ts";
import { scoreOf, themesOf, vMeasure } from "./measure.ts";

/** Some 200 sentences of each language, about 12 subjects: a theme needs fewer messages than in a workspace. */
const vars = { ...noTopics, theme_min_messages: 3, phrase_min_conversations: 3 };
const leastWithTheme = 0.55;
/** k-means over TF-IDF agrees by 0.19 to 0.30 with as many clusters as subjects, and by 0.41 to 0.49 with 40 clusters. */
const leastAgreement = 0.42;

describe("the themes of made-up sentences", () => {
  const labels = new Map<string, string[]>();
  const themes = new Map<string, (string | null | undefined)[]>();

  before(async () => {
    const finder = await TopicFinder.open();
    const messages: Message[] = [];
    try {
      for (const language of languages) {
        for (const { text, about } of await ownSentences(finder, language)) {
          const [subject] = about;
          if (about.length !== 1 || subject === undefined) continue;
          messages.push({ text, workspace: language });
          labels.set(language, [...(labels.get(language) ?? []), subject]);
        }
      }
    } finally {
      finder.close();
    }
    const found = await themesOf(messages, vars);
    for (const [place, { workspace = "" }] of messages.entries())
      themes.set(workspace, [...(themes.get(workspace) ?? []), found[place]]);
  });

  for (const language of languages) {
    it(`agree with their subjects in ${language}`, () => {
      const score = scoreOf(labels.get(language) ?? [], themes.get(language) ?? []);
      assert.ok(score.uncovered > 150);
      assert.ok(score.withTheme / score.uncovered >= leastWithTheme, JSON.stringify(score));
      assert.ok(score.vMeasure >= leastAgreement, JSON.stringify(score));
    });
  }
});

describe("the V-measure", () => {
  it("is 1 for the same groups under other names, and 0 where groups say nothing of labels", () => {
    assert.equal(vMeasure(["a", "a", "b"], ["x", "x", "y"]), 1);
    assert.ok(Math.abs(vMeasure(["a", "b", "a", "b"], ["x", "x", "y", "y"])) < 1e-12);
  });

  it("is what scikit-learn says", () => {
    // sklearn.metrics.v_measure_score([0, 0, 1, 1, 2], [0, 0, 1, 2, 2])
    assert.ok(Math.abs(vMeasure(["a", "a", "b", "b", "c"], ["x", "x", "y", "z", "z"]) - 0.737175) < 1e-6);
  });

  it("is over messages without a topic; those without a theme are one group", () => {
    const score = scoreOf(["a", "a", "b", "b"], ["x", "x", null, undefined]);
    assert.deepEqual(score, { messages: 4, uncovered: 3, withTheme: 2, themes: 1, vMeasure: 1 });
  });
});
