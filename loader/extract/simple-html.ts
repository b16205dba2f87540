/** Elements that are written as a tag alone. */
const voidElements: ReadonlySet<string> = new Set(["br", "hr", "img"]);
/** Elements that change nothing about the text in them. */
const inlineElements: ReadonlySet<string> = new Set(["a", "b", "i", "u", "s", "em", "strong", "span", "code", "img"]);
const blockElements: ReadonlySet<string> = new Set([
  ...["p", "div", "br", "hr", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"],
  ...["table", "thead", "tbody", "tr", "td", "th"],
]);
const entities: ReadonlyMap<string, string> = new Map([
  ...([
    ["amp", "&"],
    ["lt", "<"],
    ["gt", ">"],
    ["quot", '"'],
    ["apos", "'"],
    ["#39", "'"],
    ["#x27", "'"],
  ] as const),
  ...([
    ["nbsp", "\u00a0"],
    ["ndash", "–"],
    ["mdash", "—"],
    ["hellip", "…"],
    ["bull", "•"],
    ["euro", "€"],
  ] as const),
  ...([
    ["lsquo", "‘"],
    ["rsquo", "’"],
    ["ldquo", "“"],
    ["rdquo", "”"],
  ] as const),
]);
const entityLengthMax = 6;
const firstNumeric = 0xa0;
const lastNumeric = 0xd7ff;
/** White space that is not a single blank already. */
const blanks = /\s{2,}|[^\S ]/g;
const greaterThan = 0x3e;
const slash = 0x2f;
const equalsSign = 0x3d;
const doubleQuote = 0x22;
const singleQuote = 0x27;

/**
 * The text of HTML as editors write it: elements that are well known, closed in the order in which they were opened, and
 * well-known entities. Blocks stand on lines of their own. Undefined of anything else: that takes a parser.
 */
export function textOfSimpleHtml(html: string): string | undefined {
  const open: string[] = [];
  let text = "";
  /** What comes before the next words. */
  let separator: "" | " " | "\n" = "";
  let from = 0;
  while (from < html.length) {
    const tagFrom = html.indexOf("<", from);
    const pieceTo = tagFrom === -1 ? html.length : tagFrom;
    if (pieceTo > from) {
      const piece = decoded(html.slice(from, pieceTo))?.replaceAll(blanks, " ");
      if (piece === undefined) return undefined;
      const words = piece.trim();
      if (separator === "" && piece.startsWith(" ")) separator = " ";
      if (words !== "") {
        text += text === "" ? words : separator + words;
        separator = piece.endsWith(" ") ? " " : "";
      }
    }
    if (tagFrom === -1) break;
    const isClosing = html.charCodeAt(tagFrom + 1) === slash;
    const nameFrom = isClosing ? tagFrom + 2 : tagFrom + 1;
    const nameTo = endOfName(html, nameFrom);
    const name = html.slice(nameFrom, nameTo);
    const isBlock = blockElements.has(name);
    if (!isBlock && !inlineElements.has(name)) return undefined;
    const tagTo = html.charCodeAt(nameTo) === greaterThan ? nameTo : endOfTag(html, nameTo);
    if (tagTo === undefined) return undefined;
    const isVoid = voidElements.has(name);
    if (isClosing) {
      if (tagTo !== nameTo || open.pop() !== name) return undefined;
    } else if (!isVoid) {
      if (html.charCodeAt(tagTo - 1) === slash) return undefined;
      open.push(name);
    }
    if (isBlock) separator = "\n";
    from = tagTo + 1;
  }
  return text;
}

function endOfName(html: string, from: number): number {
  let index = from;
  for (let code = html.charCodeAt(index); isLowerCaseOrDigit(code); code = html.charCodeAt(index)) index += 1;
  return index;
}

/** Where the tag's ">" is, past attributes whose values may have one too. */
function endOfTag(html: string, from: number): number | undefined {
  if (!/[\s/]/.test(html.charAt(from))) return undefined;
  for (let index = from; index < html.length; index += 1) {
    const code = html.charCodeAt(index);
    if (code === greaterThan) return index;
    if (code === doubleQuote || code === singleQuote) {
      if (html.charCodeAt(index - 1) !== equalsSign) return undefined;
      index = html.indexOf(code === doubleQuote ? '"' : "'", index + 1);
      if (index === -1) return undefined;
    }
  }
  return undefined;
}

/** With its entities decoded; undefined when one is not well known. https://html.spec.whatwg.org/#named-character-references */
function decoded(text: string): string | undefined {
  let at = text.indexOf("&");
  if (at === -1) return text;
  let result = "";
  let from = 0;
  for (; at !== -1; at = text.indexOf("&", from)) {
    const end = text.indexOf(";", at);
    const character = end === -1 || end > at + 1 + entityLengthMax ? undefined : characterOf(text.slice(at + 1, end));
    if (character === undefined) return undefined;
    result += text.slice(from, at) + character;
    from = end + 1;
  }
  return result + text.slice(from);
}

function characterOf(entity: string): string | undefined {
  const named = entities.get(entity);
  if (named !== undefined || !/^#\d+$/.test(entity)) return named;
  const code = Number(entity.slice(1));
  // Below are control characters, some of which stand for others; above are surrogates.
  return code >= firstNumeric && code <= lastNumeric ? String.fromCharCode(code) : undefined;
}

function isLowerCaseOrDigit(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}
