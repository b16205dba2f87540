import { join } from "node:path";
import { repository } from "../tools/repository.ts";
import type { Labelled, TopicFinder } from "./measure.ts";

/** Languages that the list covers to the same standard. */
export const languages = ["en", "de", "fr", "es", "pt", "it", "nl", "ja"] as const;

/**
 * The made-up sentences of a language. `written` says when: `before` the phrases, `after` their first version, or `last`, when
 * they had been extended by what was missed. A sentence without a subject is a trap: it has words of a subject.
 */
export async function ownSentences(
  finder: TopicFinder,
  language: (typeof languages)[number],
): Promise<readonly Labelled[]> {
  const rows = await finder.rowsOf(join(repository, `test/topics/${language}.csv`));
  return rows.map(({ text = "", topics = "", written = "" }) => ({
    text,
    about: topics.split("|").filter((topic) => topic !== ""),
    written,
  }));
}
