// The help center: articles that come, change and go, and are read all the time; collections; help centers.
import type { JsonObject } from "../../json.ts";
import { DESK_BEGIN } from "../arrivals.ts";
import type { DeskClock } from "../clock.ts";
import { WORKSPACE_ID } from "../directory.ts";
import { TEAMMATES } from "../people.ts";
import { TOPICS } from "../phrases.ts";
import { hash32, unit } from "../random.ts";
import type { Knowledge } from "../world.ts";

const DAY = 86400;
const ARTICLES_AT_FIRST = 50;
/** Afterwards there is another one every so often. */
const ARTICLE_EVERY_SECONDS = 9 * DAY;
const REMOVED_EVERY = 17;
const SET_UP_AT = Date.UTC(2024, 5, 3, 9) / 1000;
const HELP_CENTER_ID = 301;

export class HelpCenter implements Knowledge {
  private readonly seed: number;
  private readonly time: DeskClock;

  constructor(seed: number, time: DeskClock) {
    this.seed = seed;
    this.time = time;
  }

  /** Most recently changed first. */
  articles(): readonly JsonObject[] {
    const planned = this.time.plannedUntil(this.time.now());
    const items: JsonObject[] = [];
    for (let index = 0; this.createdAt(index) <= planned; index++)
      if (!this.isRemoved(index, planned)) items.push(this.item(index, planned));
    return items.sort((a, b) => Number(b["updated_at"]) - Number(a["updated_at"]) || Number(a["id"]) - Number(b["id"]));
  }

  article(id: string): JsonObject | null {
    const index = /^\d+$/.test(id) ? Number(id) - 7001 : -1;
    const planned = this.time.plannedUntil(this.time.now());
    if (index < 0 || this.createdAt(index) > planned || this.isRemoved(index, planned)) return null;
    return { ...this.item(index, planned), statistics: this.statistics(index) };
  }

  collections(): readonly JsonObject[] {
    return TOPICS.map((topic, index) => ({
      id: String(401 + index),
      workspace_id: WORKSPACE_ID,
      name: topic === "bug" ? 'Known problems & "workarounds"' : `All about ${topic}`,
      url: `https://help.tallyport.example/en/collections/${401 + index}`,
      order: index + 1,
      created_at: SET_UP_AT,
      updated_at: SET_UP_AT + (TOPICS.length - index) * DAY,
      description: index % 3 === 0 ? null : "What our customers ask most",
      icon: "bookmark",
      // The last ones are sections of the first ones.
      parent_id: index < 8 ? null : String(401 + index - 8),
      help_center_id: index < 8 ? HELP_CENTER_ID : null,
    }));
  }

  helpCenters(): readonly JsonObject[] {
    return [
      {
        id: String(HELP_CENTER_ID),
        workspace_id: WORKSPACE_ID,
        created_at: SET_UP_AT,
        updated_at: SET_UP_AT,
        identifier: "tallyport",
        website_turned_on: true,
        display_name: "Tallyport Help",
        url: "https://help.tallyport.example",
        custom_domain: "help.tallyport.example",
        default: true,
        locales: ["en", "de"],
      },
    ];
  }

  private createdAt(index: number): number {
    if (index < ARTICLES_AT_FIRST) return SET_UP_AT + index * DAY;
    return DESK_BEGIN + (index - ARTICLES_AT_FIRST + 1) * ARTICLE_EVERY_SECONDS;
  }

  private isRemoved(index: number, epoch: number): boolean {
    const days = index % (2 * REMOVED_EVERY) === 5 ? 770 : 300;
    return index % REMOVED_EVERY === 5 && this.createdAt(index) + days * DAY <= epoch;
  }

  private updatedAt(index: number, epoch: number): number {
    const createdAt = this.createdAt(index);
    const period = Math.floor((20 + 150 * unit(this.seed, 101, index)) * DAY);
    return createdAt + Math.max(0, Math.floor((epoch - createdAt) / period)) * period;
  }

  private item(index: number, planned: number): JsonObject {
    const topic = TOPICS[index % TOPICS.length] ?? "how-to";
    const updatedAt = this.updatedAt(index, planned);
    const author = Number(TEAMMATES[index % 7]?.id ?? 0);
    const title = `How ${topic} works, part ${Math.floor(index / TOPICS.length) + 1}`;
    return {
      id: String(7001 + index),
      type: "article",
      workspace_id: WORKSPACE_ID,
      parent_ids: index % 11 === 3 ? [] : [401 + (index % TOPICS.length)],
      tags: { type: "tag.list", tags: [] },
      title,
      description: index % 4 === 0 ? null : `What to know about ${topic} & more`,
      body: `<h1>${title}</h1><p>As of ${new Date(this.time.shown(updatedAt) * 1000).toISOString().slice(0, 10)}.</p>`,
      author_id: author,
      state: index % 13 === 6 ? "draft" : "published",
      created_at: this.time.shown(this.createdAt(index)),
      updated_at: this.time.shown(updatedAt),
      url: index % 13 === 6 ? null : `https://help.tallyport.example/en/articles/${7001 + index}`,
    };
  }

  /** They grow with the days, whether the article changed or not. */
  private statistics(index: number): JsonObject {
    const days = Math.floor((this.time.now() - this.createdAt(index)) / DAY);
    const views = Math.floor(days * 40 * unit(this.seed, 102, index));
    const reactions = Math.floor(views / 25);
    const happy = 40 + (hash32(this.seed, 103, index) % 40);
    const involvements = Math.floor(views / 9);
    const resolutions = Math.floor(involvements * unit(this.seed, 104, index));
    return {
      type: "article_statistics",
      views,
      conversions: Math.floor(views / 60),
      reactions,
      happy_reaction_percentage: reactions === 0 ? 0 : happy,
      neutral_reaction_percentage: reactions === 0 ? 0 : 15.5,
      sad_reaction_percentage: reactions === 0 ? 0 : 84.5 - happy,
      fin_involvements: involvements,
      fin_resolutions: resolutions,
      fin_resolution_rate: involvements === 0 ? 0 : Math.round((1000 * resolutions) / involvements) / 10,
    };
  }
}
