// The blocks that a message's body is made of, as plain text and as HTML.
import { inside, insideOf } from "../json-text.ts";
import { Memo } from "./memo.ts";

/** More than there are phrases. */
const KEPT_PHRASES_MAX = 1000;

export type Inline = string | { readonly label: string; readonly href: string } | { readonly bold: string };
export type Block =
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: "quote"; readonly intro: string; readonly lines: readonly string[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "signature"; readonly lines: readonly string[] }
  | { readonly kind: "image" };

export function plainBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return block.content
        .map((part) => (typeof part === "string" ? part : "label" in part ? part.label : part.bold))
        .join("");
    case "list":
      return block.items.join("\n");
    case "quote":
      return [block.intro, ...block.lines].join("\n");
    case "code":
      return block.text;
    case "table":
      return block.rows.map((row) => row.join(" ")).join("\n");
    case "signature":
      return block.lines.join("\n");
    case "image":
      return "";
    default:
      return block satisfies never;
  }
}

type Entities = 0 | 1 | 2;

/** How a program writes HTML: a mail or the messenger, from right to left or not, and what it makes an entity of. */
export class Markup {
  private static readonly all = [false, true].flatMap((isEmail) =>
    [false, true].flatMap((isRightToLeft) =>
      ([0, 1, 2] as const).map((entities) => new Markup(isEmail, isRightToLeft, entities)),
    ),
  );

  private readonly isEmail: boolean;
  private readonly direction: string;
  /** Phrases that thousands of messages have in common, as they stand in this markup. */
  private readonly phrases: Memo<string, string>;

  private constructor(isEmail: boolean, isRightToLeft: boolean, entities: Entities) {
    this.isEmail = isEmail;
    this.direction = isRightToLeft ? inside` dir="rtl"` : "";
    this.phrases = new Memo(KEPT_PHRASES_MAX, (phrase) => insideOf(escaped(phrase, entities)));
  }

  static of(isEmail: boolean, isRightToLeft: boolean, seed: number): Markup {
    const markup = Markup.all[(isEmail ? 6 : 0) + (isRightToLeft ? 3 : 0) + (seed % 3)];
    if (markup === undefined) throw new RangeError(`${seed} is no seed of a body`);
    return markup;
  }

  /** The block's HTML, as it stands inside a JSON string. */
  html(block: Block): string {
    const text = (phrase: string): string => this.phrases.get(phrase);
    switch (block.kind) {
      case "paragraph": {
        const inner = block.content.map((part) => this.inline(part)).join("");
        return this.isEmail
          ? inside`<div style="font-family:Arial;font-size:13px"${this.direction}>${inner}<br></div>`
          : inside`<p class="no-margin"${this.direction}>${inner}</p>`;
      }
      case "list": {
        const tag = block.ordered ? "ol" : "ul";
        return inside`<${tag}>${block.items.map((item) => `<li>${text(item)}</li>`).join("")}</${tag}>`;
      }
      case "quote":
        return inside`<div class="gmail_quote"><div dir="ltr" class="gmail_attr">${text(block.intro)}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;padding-left:1ex">${block.lines.map((line) => `<p>${text(line)}</p>`).join("")}</blockquote></div>`;
      case "code":
        return inside`<pre><code>${text(block.text)}</code></pre>`;
      case "table":
        return inside`<table><tbody>${block.rows.map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
      case "signature":
        return inside`<div class="gmail_signature">${block.lines.map(text).join("<br>")}</div>`;
      case "image":
        return inside`<div class="intercom-container"><img src="https://downloads.tallyport.example/i/o/1/shot.png?expires=1&amp;x=2" alt=""></div>`;
      default:
        return block satisfies never;
    }
  }

  private inline(part: Inline): string {
    if (typeof part === "string") return this.phrases.get(part);
    if ("bold" in part) return `<b>${this.phrases.get(part.bold)}</b>`;
    const { href, label } = part;
    return inside`<a href="${insideOf(escaped(href))}" rel="nofollow noopener noreferrer" target="_blank">${this.phrases.get(label)}</a>`;
  }
}

/** Mail programs and the messenger differ in what they write as an entity; `entities` tells which way. */
export function escaped(text: string, entities: Entities = 0): string {
  const basic = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  if (entities === 0) return basic;
  if (entities === 1)
    return basic
      .replaceAll("'", "&#39;")
      .replaceAll("…", "&hellip;")
      .replaceAll("–", "&ndash;")
      .replaceAll("€ ", "&euro;&nbsp;");
  return basic
    .replaceAll("'", "&#x27;")
    .replaceAll("é", "&eacute;")
    .replaceAll("ü", "&uuml;")
    .replaceAll("→", "&#8594;");
}
