// The body of a message. It is thought of as blocks, of which plain text and HTML are two renderings: the truth of a
// body's text never comes out of an HTML parser. Nothing is rendered until somebody asks.

import { textOf } from "../json.ts";
import { decoded, insideOf, JsonText } from "../json-text.ts";
import { type Block, escaped, type Inline, Markup, plainBlock } from "./blocks.ts";
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

const MAIL_BEGIN = insideOf('<div class="intercom-interblocks-html-block"><div dir="auto">');
const MAIL_END = insideOf("</div></div>");
const NEW_LINE = insideOf("\n");

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
    return textOf(decoded(this.htmlText)) ?? "";
  }

  /** `html` as a JSON string. */
  get htmlText(): JsonText {
    const { seed, isEmail, language } = this.draft;
    const markup = Markup.of(isEmail, language === "ar" || language === "he", seed);
    const blocks = compose(this.draft).map((block) => markup.html(block));
    return new JsonText(isEmail ? `"${MAIL_BEGIN}${blocks.join("")}${MAIL_END}"` : `"${blocks.join(NEW_LINE)}"`);
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
        .map((line) => `<p>${escaped(line)}</p>`)
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
