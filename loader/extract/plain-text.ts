import { TextParser } from "./text-parser.ts";

const markup = /[<&]/;
const blanksWithinLine = /[^\S\n]{2,}|[^\S\n ]/g;

/**
 * An HTML body as plain text: links as their label, list items and blocks on lines of their own, entities decoded,
 * images left out. Null where nothing is left. The time grows with the length of the body and with nothing else.
 */
export function plainText(html: string | null | undefined): string | null {
  if (html === null || html === undefined || html === "") return null;
  const text = markup.test(html) ? textOfHtml(html) : linesOf(html);
  return text === "" ? null : text.toWellFormed();
}

/** Removes blanks around lines, and empty lines. */
function linesOf(text: string): string {
  return text
    .replaceAll(blanksWithinLine, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .replaceAll(/\n{2,}/g, "\n")
    .trim();
}

function textOfHtml(html: string): string {
  const parser = new TextParser();
  parser.end(html);
  return linesOf(parser.text);
}
