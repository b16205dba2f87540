import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRows } from "../dbt/raw-warehouse.ts";
import { buildPhrases, type Message, makeDesk } from "./desk.ts";

/** How well themes tell labelled messages apart. */
export type ThemeScore = {
  readonly messages: number;
  /** Messages without a topic; only these may have a theme. */
  readonly uncovered: number;
  readonly withTheme: number;
  readonly themes: number;
  /** Of themes against labels, over all messages without a topic; those without a theme are one group. */
  readonly vMeasure: number;
};

/** The theme of each message by `feedback_themes`: null without one, undefined where a topic covers the message. */
export async function themesOf(
  messages: readonly Message[],
  vars: Readonly<Record<string, unknown>>,
): Promise<readonly (string | null | undefined)[]> {
  const folder = await mkdtemp(join(tmpdir(), "themes-"));
  try {
    const path = join(folder, "warehouse.duckdb");
    await makeDesk(path, messages);
    await buildPhrases(path, vars);
    const rows = await readRows(
      path,
      `select conversation_id::integer as id, theme, matches.topic is not null as is_covered
       from intercom_staging.int_conversation_messages
       left join intercom.feedback_themes using (workspace_id, conversation_id, message_id)
       left join (select distinct on (conversation_id) conversation_id, topic from intercom_staging.int_feedback_matches) as matches
         using (conversation_id)`,
    );
    const themes: (string | null | undefined)[] = messages.map(() => null);
    for (const row of rows) {
      const { id, theme, is_covered } = Object(row);
      themes[Number(id) - 1] = is_covered ? undefined : theme;
    }
    return themes;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function scoreOf(labels: readonly string[], themes: readonly (string | null | undefined)[]): ThemeScore {
  const places = themes.flatMap((theme, place) => (theme === undefined ? [] : [place]));
  const found = places.map((place) => themes[place] ?? "");
  return {
    messages: labels.length,
    uncovered: places.length,
    withTheme: found.filter((theme) => theme !== "").length,
    themes: new Set(found.filter((theme) => theme !== "")).size,
    vMeasure: vMeasure(
      places.map((place) => labels[place] ?? ""),
      found,
    ),
  };
}

/** The harmonic mean of homogeneity and completeness (A. Rosenberg and J. Hirschberg, EMNLP-CoNLL 2007), 0 to 1. */
export function vMeasure(labels: readonly string[], groups: readonly string[]): number {
  const both = labels.map((label, place) => JSON.stringify([label, groups[place]]));
  const [ofLabels, ofGroups, ofBoth] = [entropy(labels), entropy(groups), entropy(both)];
  const homogeneity = ofLabels === 0 ? 1 : 1 - (ofBoth - ofGroups) / ofLabels;
  const completeness = ofGroups === 0 ? 1 : 1 - (ofBoth - ofLabels) / ofGroups;
  return homogeneity + completeness === 0 ? 0 : (2 * homogeneity * completeness) / (homogeneity + completeness);
}

function entropy(names: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / names.length) * Math.log(count / names.length), 0);
}
