/** Counts that `support_windows` and `support_weekly` share. Counts of groups add up to that of the whole. */
export const countNames = [
  "created",
  "created_by_customers",
  "new_conversations",
  "reopened",
  "closed",
  "first_replies",
  "replies",
  "customer_resolutions",
  "complete_resolutions",
  "first_contact_resolutions",
  "one_touch_resolutions",
  "two_touch_resolutions",
  "multi_touch_resolutions",
  "ratings",
  "ratings_satisfied",
  "ratings_requested",
  "rating_requests_answered",
  "sla_decided",
  "sla_missed",
  "ai_agent_involved",
  "ai_agent_answered",
  "ai_agent_deflected",
  "ai_agent_resolved",
  "ai_agent_handed_over",
  "cx_scores",
] as const;

/** Shares that all marts of weeks and windows have; null where there is nothing to measure. */
export const shareNames = [
  "csat",
  "rating_response_rate",
  "sla_hit_rate",
  "first_contact_resolution_rate",
  "ai_agent_involvement_rate",
  "ai_agent_resolution_rate",
] as const;

/** Shares, means and percentiles that both marts have; null where there is nothing to measure. They do not add up. */
export const measureNames = [
  ...shareNames,
  "average_cx_score",
  "p50_time_to_first_reply_seconds",
  "p50_time_to_first_reply_office_seconds",
  "p90_time_to_first_reply_seconds",
  "p90_time_to_first_reply_office_seconds",
  "p50_time_to_reply_seconds",
  "p50_time_to_reply_office_seconds",
  "p90_time_to_reply_seconds",
  "p90_time_to_reply_office_seconds",
  "p50_time_to_resolution_seconds",
  "p50_time_to_resolution_office_seconds",
  "p90_time_to_resolution_seconds",
  "p90_time_to_resolution_office_seconds",
] as const;

/** What is left at a week's end. */
export const stockNames = [
  "backlog",
  "backlog_waiting_for_us",
  "backlog_waiting_for_customer",
  "backlog_snoozed",
  "backlog_outbound_unanswered",
  "backlog_age_under_1_day",
  "backlog_age_1_to_3_days",
  "backlog_age_3_to_7_days",
  "backlog_age_7_to_30_days",
  "backlog_age_over_30_days",
] as const;

export type CountName = (typeof countNames)[number];
export type ShareName = (typeof shareNames)[number];
export type MeasureName = (typeof measureNames)[number];
export type StockName = (typeof stockNames)[number];
export type FigureName = CountName | MeasureName;
