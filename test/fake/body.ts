// The body of a message. It is thought of as blocks, of which plain text and HTML are two renderings: the truth of a
// body's text never comes out of an HTML parser. Nothing is rendered until somebody asks.
import {
  ABROAD,
  AI_ANSWERS,
  BOT_GREETINGS,
  CAMPAIGNS,
  CUSTOMER_FOLLOW_UPS,
  CUSTOMER_RETURNS,
  DETAILS,
  HANDOVERS,
  type Language,
  NOTES,
  OPENINGS,
  STEPS,
  TEAMMATE_CLOSINGS,
  TEAMMATE_OPENINGS,
  TEAMMATE_REPLIES,
  type Topic,
} from "./phrases.ts";
import { Random } from "./random.ts";

export interface Body {
  /** The text without markup: a link is its label, blocks and list items stand on lines of their own, images are nothing. */
  readonly plain: string;
  readonly html: string;
}

export type Voice =
  | "opening"
  | "follow-up"
  | "return"
  | "reply"
  | "closing"
  | "handover"
  | "note"
  | "ai"
  | "greeting"
  | "campaign"
  | "teammate-opening";

export interface Draft {
  readonly seed: number;
  readonly voice: Voice;
  readonly topic: Topic;
  readonly language: Language;
  readonly isEmail: boolean;
}

type Inline = string | { readonly label: string; readonly href: string } | { readonly bold: string };
type Block =
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: "quote"; readonly intro: string; readonly lines: readonly string[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "signature"; readonly lines: readonly string[] }
  | { readonly kind: "image" };

/** A body drawn from a seed. */
export class DraftedBody implements Body {
  private readonly draft: Draft;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  get plain(): string {
    return compose(this.draft)
      .map(plainBlock)
      .filter((text) => text !== "")
      .join("\n");
  }

  get html(): string {
    const { seed, isEmail, language } = this.draft;
    const direction = language === "ar" || language === "he" ? ' dir="rtl"' : "";
    const blocks = compose(this.draft).map((block) => htmlBlock(block, isEmail, seed, direction));
    return isEmail
      ? `<div class="intercom-interblocks-html-block"><div dir="auto">${blocks.join("")}</div></div>`
      : blocks.join("\n");
  }
}

/** A body of which both renderings are given, or paragraphs made of plain text. */
export function givenBody(plain: string, html?: string): Body {
  return {
    plain,
    html:
      html ??
      plain
        .split("\n")
        .map((line) => `<p>${escaped(line, 0)}</p>`)
        .join("\n"),
  };
}

function compose(draft: Draft): readonly Block[] {
  const random = new Random(draft.seed);
  const { voice, topic } = draft;
  const said = (...content: Inline[]): Block => ({ kind: "paragraph", content });
  const article: Inline = {
    label: `How ${topic} works`,
    href: `https://help.tallyport.example/articles/${draft.seed % 997}?a=1&b=2`,
  };
  const blocks: Block[] = [];
  switch (voice) {
    case "opening":
      blocks.push(said(draft.language === "en" ? random.pick(OPENINGS[topic]) : random.pick(ABROAD[draft.language])));
      for (let more = random.below(3); more > 0; more--) blocks.push(said(random.pick(DETAILS)));
      if (random.chance(0.05))
        blocks.push({ kind: "list", ordered: false, items: [random.pick(DETAILS), random.pick(CUSTOMER_FOLLOW_UPS)] });
      if (random.chance(0.04))
        blocks.push({ kind: "code", text: 'GET /v1/ledger?from=2025-01&to=2025-03\n{"error": "a < b && c"}' });
      if (random.chance(0.06)) blocks.push({ kind: "image" });
      break;
    case "follow-up":
      blocks.push(
        said(
          draft.language === "en" || random.chance(0.4)
            ? random.pick(CUSTOMER_FOLLOW_UPS)
            : random.pick(ABROAD[draft.language]),
        ),
      );
      if (random.chance(0.2)) blocks.push(said(random.pick(DETAILS)));
      break;
    case "return":
      blocks.push(said(random.pick(CUSTOMER_RETURNS)));
      break;
    case "reply":
      blocks.push(said(random.chance(0.5) ? "Hi there," : "Hello,"), said(random.pick(TEAMMATE_REPLIES)));
      if (random.chance(0.2)) blocks.push(said("See ", article, " for the details."));
      if (random.chance(0.08)) blocks.push({ kind: "list", ordered: true, items: STEPS.slice(0, 2 + random.below(3)) });
      if (random.chance(0.04))
        blocks.push({
          kind: "table",
          rows: [
            ["Seat", "Price"],
            ["Editor", "€ 12"],
            ["Viewer", "free"],
          ],
        });
      if (random.chance(0.3)) blocks.push(said("Best, ", { bold: "the Tallyport team" }));
      break;
    case "closing":
      blocks.push(said(random.pick(TEAMMATE_CLOSINGS)));
      break;
    case "handover":
      blocks.push(said(random.pick(HANDOVERS)));
      break;
    case "note":
      blocks.push(said(random.pick(NOTES)));
      break;
    case "ai":
      blocks.push(
        said(random.pick(AI_ANSWERS)),
        { kind: "list", ordered: true, items: STEPS.slice(random.below(2)) },
        said(article),
      );
      break;
    case "greeting":
      blocks.push(said(random.pick(BOT_GREETINGS)));
      break;
    case "campaign":
      blocks.push(said(random.pick(CAMPAIGNS).replace("{name}", "there")), said("Learn more ", article));
      if (random.chance(0.5)) blocks.push({ kind: "image" });
      break;
    case "teammate-opening":
      blocks.push(said(random.pick(TEAMMATE_OPENINGS)));
      break;
    default:
      throw new Error(`no such voice: ${voice satisfies never}`);
  }
  if (draft.isEmail && (voice === "opening" || voice === "follow-up")) {
    if (random.chance(0.6))
      blocks.push({ kind: "signature", lines: ["--", "Kind regards", "Accounts & Payable", "Tel. +49 30 0000 00"] });
    if (voice === "follow-up")
      blocks.push({
        kind: "quote",
        intro: "On Tue, Mar 4, 2025 at 9:12 AM, Tallyport Support wrote:",
        lines: [random.pick(TEAMMATE_REPLIES), random.pick(TEAMMATE_CLOSINGS)],
      });
  }
  return blocks;
}

function plainBlock(block: Block): string {
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

function htmlBlock(block: Block, isEmail: boolean, seed: number, direction: string): string {
  const text = (value: string): string => escaped(value, seed);
  switch (block.kind) {
    case "paragraph": {
      const inner = block.content
        .map((part) => {
          if (typeof part === "string") return text(part);
          if ("bold" in part) return `<b>${text(part.bold)}</b>`;
          return `<a href="${escaped(part.href, 0)}" rel="nofollow noopener noreferrer" target="_blank">${text(part.label)}</a>`;
        })
        .join("");
      return isEmail
        ? `<div style="font-family:Arial;font-size:13px"${direction}>${inner}<br></div>`
        : `<p class="no-margin"${direction}>${inner}</p>`;
    }
    case "list": {
      const tag = block.ordered ? "ol" : "ul";
      return `<${tag}>${block.items.map((item) => `<li>${text(item)}</li>`).join("")}</${tag}>`;
    }
    case "quote":
      return (
        `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">${text(block.intro)}<br></div>` +
        `<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;padding-left:1ex">${block.lines.map((line) => `<p>${text(line)}</p>`).join("")}</blockquote></div>`
      );
    case "code":
      return `<pre><code>${text(block.text)}</code></pre>`;
    case "table":
      return `<table><tbody>${block.rows.map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
    case "signature":
      return `<div class="gmail_signature">${block.lines.map(text).join("<br>")}</div>`;
    case "image":
      return '<div class="intercom-container"><img src="https://downloads.tallyport.example/i/o/1/shot.png?expires=1&amp;x=2" alt=""></div>';
    default:
      return block satisfies never;
  }
}

/** Mail programs and the messenger differ in what they write as an entity. */
function escaped(text: string, seed: number): string {
  const basic = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  if (seed % 3 === 0) return basic;
  if (seed % 3 === 1)
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
