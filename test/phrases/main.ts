// Measures the themes of feedback_themes on labelled messages of yours, by the project's own build:
//
//   node test/phrases/main.ts --csv messages.csv [--topics] [--themes]
//
// The CSV has the columns `text` and `intent`. Each row is a conversation of its own contact. Without `--topics` the list of
// topics is empty, so that every message may have a theme. `--themes` prints them with their messages.
import { parseArgs } from "node:util";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { noTopics } from "./desk.ts";
import { scoreOf, themesOf } from "./measure.ts";

const { values } = parseArgs({
  options: {
    csv: { type: "string" },
    topics: { type: "boolean", default: false },
    themes: { type: "boolean", default: false },
  },
});
if (values.csv === undefined) throw new Error("--csv names a file with the columns text and intent");

const rows = await rowsOf(values.csv);
const themes = await themesOf(
  rows.map(({ text }) => ({ text })),
  values.topics ? {} : noTopics,
);
const score = scoreOf(
  rows.map(({ intent }) => intent),
  themes,
);
console.log(`messages                   ${score.messages}`);
console.log(`without a topic            ${score.uncovered}`);
console.log(`of these with a theme      ${((100 * score.withTheme) / score.uncovered).toFixed(1)} %`);
console.log(`themes                     ${score.themes}`);
console.log(`V-measure against intents  ${score.vMeasure.toFixed(3)}`);
if (values.themes) {
  const counts = new Map<string, number>();
  for (const theme of themes) if (theme) counts.set(theme, (counts.get(theme) ?? 0) + 1);
  for (const [theme, count] of [...counts].toSorted((one, other) => other[1] - one[1])) console.log(count, theme);
}

function rowsOf(path: string): Promise<{ text: string; intent: string }[]> {
  return withDuckDb(":memory:", async (connection) => {
    const answer = await connection.runAndReadAll(
      `select text, intent from read_csv('${path.replaceAll("'", "''")}', header = true, all_varchar = true, quote = '"', delim = ',')`,
    );
    return answer.getRowObjectsJson().map((row) => ({ text: String(row["text"]), intent: String(row["intent"]) }));
  });
}
