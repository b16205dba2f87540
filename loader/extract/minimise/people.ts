const removed = "[name]";
const nameWord = /\p{L}[\p{L}\p{M}]*/gu;
/** Two names in a row, or a name and a surname. */
const repeated = /\[name\](?:[ \u00a0-]\[name\])+/g;
const wordLengthMin = 2;

/** The names of those who take part in a record. */
export class People {
  readonly #words = new Set<string>();

  add(name: string): void {
    if (name.includes("@")) return;
    for (const [word] of name.matchAll(nameWord))
      if (word.length >= wordLengthMin && isCapital(word)) this.#words.add(word.toLowerCase());
  }

  /** A text without the words of the names. In small letters they stay, since many are words of a language too. */
  without(text: string): string {
    if (this.#words.size === 0) return text;
    return text
      .replace(nameWord, (word) => (isCapital(word) && this.#words.has(word.toLowerCase()) ? removed : word))
      .replace(repeated, removed);
  }
}

/** Whether a word begins with a capital, or with a letter of a script without capitals. */
function isCapital(word: string): boolean {
  const first = word.charAt(0);
  return first !== first.toLowerCase() || first === first.toUpperCase();
}
