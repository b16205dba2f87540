const atSigns = /[@＠]|%40/g;
/** What no part of an address before its at sign holds; quoted parts are not looked for. */
const notLocal = /[\s<>()[\]{},;:"|\\/?=&#@＠`*]/;
const domainCharacter = /[\p{L}\p{N}._-]/u;
const notAtEnd = /[._-]/;

/**
 * A text with its e-mail addresses replaced. Whatever stands on both sides of an at sign counts as an address. The time
 * grows with the text's length alone: no character is looked at by more than two at signs.
 */
export function replaceAddresses(text: string, replacementOf: (address: string) => string): string {
  let replaced = "";
  let written = 0;
  for (const { 0: sign, index } of text.matchAll(atSigns)) {
    if (index < written) continue;
    let from = index;
    while (from > written && !notLocal.test(text.charAt(from - 1))) from -= 1;
    const begin = index + sign.length;
    let to = begin;
    while (to < text.length && domainCharacter.test(text.charAt(to))) to += 1;
    while (to > begin && notAtEnd.test(text.charAt(to - 1))) to -= 1;
    if (from === index || to === begin) continue;
    replaced += text.slice(written, from) + replacementOf(`${text.slice(from, index)}@${text.slice(begin, to)}`);
    written = to;
  }
  return replaced + text.slice(written);
}
