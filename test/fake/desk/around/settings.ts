// Small lists that a workspace has set up once.
import type { JsonObject } from "../../json.ts";

const SET_UP_AT = Date.UTC(2024, 5, 3, 9) / 1000;

export function renderSubscriptionTypes(): readonly JsonObject[] {
  return [
    ["601", "live", "opt_out", "Newsletter"],
    ["602", "live", "opt_in", "Product news"],
    ["603", "archived", "opt_out", "Old newsletter"],
  ].map(([id, state, consent, name]) => {
    const translation = { name, description: `${name} of Tallyport`, locale: "en" };
    return {
      type: "subscription",
      id,
      state,
      consent_type: consent,
      default_translation: translation,
      translations: [translation],
      content_types: ["email"],
    };
  });
}

/** Deleted ones are listed as well. */
export function renderAwayStatusReasons(): readonly JsonObject[] {
  return [
    ["On a break", "☕", false],
    ["In a meeting", "📅", false],
    ["Deep work", "🎧", false],
    ["On leave", "🏖️", true],
  ].map(([label, emoji, deleted], index) => ({
    type: "away_status_reason",
    id: String(701 + index),
    label,
    emoji,
    order: index + 1,
    deleted,
    created_at: SET_UP_AT,
    updated_at: SET_UP_AT,
  }));
}
