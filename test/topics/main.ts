// Measures the topics of seeds/topics.csv: on the sentences beside this file, or on labelled messages of yours.
//
//   node test/topics/main.ts [--misses]
//   node test/topics/main.ts --csv messages.csv --mapping topics.json [--misses]
//
// The CSV has the columns `text` and `intent`. The mapping is a JSON object from intents to topics of the list; an intent that
// it does not name is about none of them.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { languages, ownSentences } from "./labelled.ts";
import { type Labelled, precisionOf, recallOf, scoreOf, subjects, TopicFinder } from "./measure.ts";

const { values } = parseArgs({
  options: { csv: { type: "string" }, mapping: { type: "string" }, misses: { type: "boolean", default: false } },
});

const finder = await TopicFinder.open();
try {
  if (values.csv === undefined) {
    for (const language of languages) {
      const sentences = await ownSentences(finder, language);
      for (const written of ["before", "after", "last"]) {
        await print(
          `${language}, written ${written}`,
          sentences.filter((sentence) => sentence.written === written),
          subjects,
        );
      }
    }
  } else {
    if (values.mapping === undefined) throw new Error("--csv needs --mapping: a JSON file from intents to topics");
    const mapping = JSON.parse(readFileSync(values.mapping, "utf8")) as Readonly<Record<string, string>>;
    const names = [...new Set(Object.values(mapping))].sort();
    const rows = await finder.rowsOf(values.csv);
    const sentences = rows.map(({ text = "", intent = "" }) => {
      const topic = mapping[intent];
      return { text, about: topic === undefined ? [] : [topic], written: "" };
    });
    await print(values.csv, sentences, Object.fromEntries(names.map((name) => [name, subjects[name] ?? [name]])));
  }
} finally {
  finder.close();
}

async function print(
  title: string,
  sentences: readonly Labelled[],
  measured: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const topics = await finder.topicsOf(sentences.map(({ text }) => text));
  const covered = topics.filter((found) => found.size > 0).length;
  console.log(`${title}: ${sentences.length} sentences, ${share(covered / sentences.length)} with a topic`);
  for (const [label, names] of Object.entries(measured)) {
    const score = scoreOf(label, names, sentences, topics);
    const figures = `recall ${share(recallOf(score))}  precision ${share(precisionOf(score))}`;
    console.log(
      `  ${label.padEnd(26)}${figures}  (found ${score.found}, missed ${score.missed}, wrong ${score.wrong})`,
    );
    if (values.misses) printMisses(label, names, sentences, topics);
  }
}

function printMisses(
  label: string,
  names: readonly string[],
  sentences: readonly Labelled[],
  topics: readonly ReadonlySet<string>[],
): void {
  for (const [place, { text, about }] of sentences.entries()) {
    const isFound = names.some((name) => topics[place]?.has(name));
    if (isFound !== about.includes(label)) console.log(`    ${isFound ? "wrong " : "missed"} ${text}`);
  }
}

function share(value: number | null): string {
  return value === null ? "  –" : `${String(Math.round(value * 100)).padStart(3)} %`;
}
