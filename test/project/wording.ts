/** Most words of a sentence: a longer one has to be read twice. */
export const sentenceWordsMax = 25;

/** Phrases that make a reader look back for what they mean, and what to write instead. */
const bannedPhrases: readonly (readonly [RegExp, string])[] = [
  [/\bthe (?:latter|former)\b/i, "name the thing"],
  [/\bone whose\b/i, "name the thing"],
  [/\b(?:of|in|to|by|from) whom(?:ever)?\b/i, "make it the subject of a sentence of its own"],
  [/\bof which (?:one|some|the)\b/i, "make it the subject of a sentence of its own"],
  [/\bof (?:those|them), (?:those|the ones)\b/i, "name the thing"],
  [/\bamiss\b/i, "wrong, or missing"],
  [/\banew\b/i, "again"],
  [/\bbut for\b/i, "except"],
  [/\bbe it\b/i, "also, or whether"],
  [/\bfailing that\b/i, "else"],
  [/\bnobody's\b/i, "say whose, or that it counts for nobody"],
  [
    /(?<![\d.,-])\b1 (?:records|rows|conversations|parts|tickets|accounts|loads|files|events|requests|contacts)\b/i,
    "1 record",
  ],
];

/** `doesColonEnd`: whether what follows a colon counts as a sentence of its own. */
export type Reading = { readonly doesColonEnd: boolean };

/** What is wrong with the words of a text, a line each; empty when nothing is. */
export function wordingFindings(text: string, reading: Reading = { doesColonEnd: false }): string[] {
  const findings: string[] = [];
  for (const sentence of sentencesOf(text, reading)) {
    const words = wordsOf(sentence);
    if (words > sentenceWordsMax) findings.push(`${words} words, at most ${sentenceWordsMax}: ${sentence}`);
    for (const [phrase, instead] of bannedPhrases) {
      const found = phrase.exec(sentence);
      if (found !== null) findings.push(`"${found[0]}" (better: ${instead}): ${sentence}`);
    }
  }
  return findings;
}

/**
 * The sentences of a text. A semicolon ends one too, where a space follows, and a colon if `doesColonEnd`; a point inside a
 * code span, a number or an abbreviation does not. Code spans become the one word `code`, links their text.
 */
export function sentencesOf(text: string, { doesColonEnd }: Reading): string[] {
  return text
    .replace(/`[^`]*`/g, "`code`")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\b(e\.g|i\.e|etc|vs)\./gi, "$1")
    .split(doesColonEnd ? /(?<=[.!?;:…][)"']?)\s+/ : /(?<=[.!?;…][)"']?)\s+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "");
}

/** Dashes, arrows and signs of arithmetic are no words. */
function wordsOf(sentence: string): number {
  return sentence.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
