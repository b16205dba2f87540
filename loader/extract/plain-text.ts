import { Parser } from "htmlparser2";

/** Elements that stand on lines of their own. */
const blockElements: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "head header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);
/** Elements whose content nobody sees. */
const hiddenElements: ReadonlySet<string> = new Set([
  "script",
  "style",
  "title",
  "head",
  "template",
  "noscript",
  "object",
]);
const markup = /[<&]/;
/** White space that is not a single blank already. */
const blanks = /\s{2,}|[^\S ]/g;
const blanksWithinLine = /[^\S\n]{2,}|[^\S\n ]/g;

/**
 * An HTML body as plain text: links as their label, list items and blocks on lines of their own, entities decoded,
 * images left out. Null when nothing is left.
 */
export function plainText(html: string | null | undefined): string | null {
  if (html === null || html === undefined || html === "") return null;
  const text = markup.test(html) ? textOfHtml(html) : linesOf(html);
  return text === "" ? null : text.toWellFormed();
}

/** Without blanks around lines, and without empty lines. */
function linesOf(text: string): string {
  return text
    .replaceAll(blanksWithinLine, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .replaceAll(/\n{2,}/g, "\n")
    .trim();
}

function textOfHtml(html: string): string {
  let text = "";
  let hiddenDepth = 0;
  let preformattedDepth = 0;
  const parser = new Parser({
    onopentagname: (name) => {
      if (hiddenElements.has(name)) hiddenDepth += 1;
      if (name === "pre") preformattedDepth += 1;
      if (blockElements.has(name)) text += "\n";
    },
    ontext: (piece) => {
      if (hiddenDepth > 0) return;
      // A line break in the source is white space, but not in preformatted text.
      text += preformattedDepth > 0 ? piece : piece.replaceAll(blanks, " ");
    },
    onclosetag: (name) => {
      if (hiddenElements.has(name)) hiddenDepth = Math.max(0, hiddenDepth - 1);
      if (name === "pre") preformattedDepth -= 1;
      if (blockElements.has(name)) text += "\n";
    },
  });
  parser.end(html);
  return linesOf(text);
}
