import { type Handler, Parser } from "htmlparser2";

/**
 * The depth to which the parser follows nested elements. Its work for each tag grows with the depth, and mails whose markup
 * is never closed nest by the hundred thousand.
 */
export const depthMax = 256;

/** Elements that stand on lines of their own. */
const blockElements: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "head header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);
/** Elements whose content is not shown. */
const hiddenElements: ReadonlySet<string> = new Set([
  "script",
  "style",
  "title",
  "head",
  "template",
  "noscript",
  "object",
]);
/** White space that is not a single blank already. */
const blanks = /\s{2,}|[^\S ]/g;

/**
 * Gathers the text that a reader of an HTML document sees, with line breaks around blocks.
 *
 * Below `depthMax` the parser takes every element for void, so that it keeps none of them. This class counts those elements
 * by name: a closing tag closes its own element and nothing above, and hidden text stays hidden.
 */
export class TextParser extends Parser {
  text = "";
  #depth = 0;
  #hidden = 0;
  #preformatted = 0;
  /** The open elements below the deepest element that the parser knows, by name. */
  readonly #below = new Map<string, number>();
  /** Whether the tag that is being opened is below the depth; undefined before the parser asks. */
  #isBelow: boolean | undefined;
  #isClosing = false;

  constructor() {
    const events: Partial<Handler> = {};
    super(events);
    events.onopentagname = (name) => this.#opened(name);
    events.ontext = (piece) => this.#read(piece);
    events.onclosetag = (name) => this.#closed(name);
  }

  override onopentagname(start: number, end: number): void {
    this.#isBelow = undefined;
    super.onopentagname(start, end);
  }

  override onclosetag(start: number, end: number): void {
    this.#isBelow = undefined;
    this.#isClosing = true;
    super.onclosetag(start, end);
    this.#isClosing = false;
  }

  /** The parser calls this twice for each tag that it opens, and once for each tag that it closes. */
  protected override isVoidElement(name: string): boolean {
    if (super.isVoidElement(name)) return true;
    if (this.#isClosing) return this.#closedBelow(name);
    this.#isBelow ??= this.#depth >= depthMax;
    return this.#isBelow;
  }

  #opened(name: string): void {
    this.#breakAt(name);
    if (super.isVoidElement(name)) return;
    this.#count(name, 1);
    if (this.#isBelow === true) this.#below.set(name, (this.#below.get(name) ?? 0) + 1);
    else this.#depth += 1;
  }

  #closed(name: string): void {
    // The parser reports an element below the depth as closed at once, like a void element.
    if (this.#isBelow === true) return;
    this.#breakAt(name);
    if (super.isVoidElement(name)) return;
    this.#depth -= 1;
    this.#count(name, -1);
    for (const [inner, times] of this.#below) this.#count(inner, -times);
    this.#below.clear();
  }

  #closedBelow(name: string): boolean {
    const times = this.#below.get(name) ?? 0;
    if (times === 0) return false;
    if (times === 1) this.#below.delete(name);
    else this.#below.set(name, times - 1);
    this.#count(name, -1);
    this.#breakAt(name);
    return true;
  }

  #count(name: string, change: number): void {
    if (hiddenElements.has(name)) this.#hidden += change;
    if (name === "pre") this.#preformatted += change;
  }

  #breakAt(name: string): void {
    if (blockElements.has(name)) this.text += "\n";
  }

  #read(piece: string): void {
    if (this.#hidden > 0) return;
    // A line break in the source is white space, but not in preformatted text.
    this.text += this.#preformatted > 0 ? piece : piece.replaceAll(blanks, " ");
  }
}
