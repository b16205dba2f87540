const removed = "[token]";
/** Words that a secret follows, and what stands between. */
const named =
  /(?<![\p{L}\p{N}])(pass(?:word|wort|phrase|code)?|pwd|kennwort|secret|api[ _-]?key|token|pin|cvv|cvc)(\s{0,3}[:=]\s{0,3})\S{1,200}/giu;
const bearer = /(?<![\p{L}\p{N}])(bearer|basic)(\s{1,3})\S{8,}/giu;
/** What may be a key: one word of letters, digits and what base64 and JSON Web Tokens have besides. */
const longWord = /[\w.+/=~-]{20,}/g;
const betweenPieces = /[-./]/;
const pieceLengthMin = 20;
/** A word of many capitals within is no word of a language. */
const capitalsWithinMin = 4;
const keyBegin = "-----BEGIN ";
const keyEnd = "-----END ";

/** A text without passwords that are named as such, and without what looks like an API key, a token or a private key. */
export function withoutSecrets(text: string): string {
  return withoutPrivateKeys(text)
    .replace(named, `$1$2${removed}`)
    .replace(bearer, `$1$2${removed}`)
    .replace(longWord, (word) => (isSecret(word) ? removed : word));
}

function isSecret(word: string): boolean {
  return (word.includes("eyJ") && word.includes(".")) || word.split(betweenPieces).some(isRandom);
}

function isRandom(piece: string): boolean {
  if (piece.length < pieceLengthMin || !/[A-Za-z]/.test(piece)) return false;
  return /\d/.test(piece) || (piece.match(/[a-z][A-Z]/g)?.length ?? 0) >= capitalsWithinMin;
}

function withoutPrivateKeys(text: string): string {
  let kept = "";
  let from = 0;
  for (let begin = text.indexOf(keyBegin); begin !== -1; begin = text.indexOf(keyBegin, from)) {
    kept += text.slice(from, begin) + removed;
    const end = text.indexOf(keyEnd, begin);
    // A key that is cut off ends with the text.
    if (end === -1) return kept;
    const dashes = text.indexOf("-----", end + keyEnd.length);
    from = dashes === -1 ? text.length : dashes + "-----".length;
  }
  return kept + text.slice(from);
}
