import type { MartQuery } from "../../marts.ts";
import type { Kind } from "./columns.ts";
import type { TableName } from "./page-data.ts";

/** More conversations than this can't be worked through in a page. */
const waitingMax = 300;
const accountsMax = 50;
const quotesMax = 120;
const topicWeeks = 52;

type TableQuery = {
  readonly columns: Readonly<Record<string, Kind>>;
  readonly from: MartQuery;
  /** What to select for a column, where it is not a column of the mart. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** Columns that name people, companies, or say what customers wrote: left out of a report without people. */
  readonly people?: readonly string[];
};

const shares: Readonly<Record<string, Kind>> = { is_sufficient: "boolean", reading: "text" };

/** The tables that the page shows as a mart has them. */
export const tableQueries: Readonly<Record<TableName, TableQuery>> = {
  waiting: {
    columns: {
      workspace_id: "text",
      conversation_id: "text",
      url: "text",
      contact_name: "text",
      contact_email: "text",
      company_name: "text",
      title: "text",
      assigned_team_id: "text",
      assigned_team_name: "text",
      assigned_teammate_name: "text",
      channel: "text",
      priority: "text",
      sla_status: "text",
      age_band: "text",
      open_wait_seconds: "number",
      open_wait_office_seconds: "number",
      is_unreplied: "boolean",
      open_wait_since_at: "time",
    },
    from: (mart) =>
      `${mart("support_now")} where whose_turn = 'us' order by open_wait_since_at, conversation_id limit ${waitingMax}`,
    people: ["contact_name", "contact_email", "company_name", "title", "assigned_teammate_name"],
  },
  teammates: {
    columns: {
      workspace_id: "text",
      teammate_name: "text",
      team_names: "texts",
      conversations_taken_part_in: "number",
      replies: "number",
      first_replied_conversations: "number",
      p50_time_to_first_reply_seconds: "number",
      p50_time_to_first_reply_office_seconds: "number",
      p50_time_to_reply_seconds: "number",
      p50_time_to_reply_office_seconds: "number",
      closed_conversations: "number",
      ratings_answered: "number",
      csat: "number",
      assigned_open_conversations: "number",
      assigned_waiting_conversations: "number",
    },
    from: (mart) =>
      `${mart("teammate_metrics")} where conversations_taken_part_in > 0 order by conversations_taken_part_in desc, teammate_id limit ${accountsMax}`,
    people: ["teammate_name"],
  },
  companies: {
    columns: {
      workspace_id: "text",
      company_name: "text",
      plan_name: "text",
      monthly_spend: "number",
      conversations: "number",
      open_conversations: "number",
      reopened_conversations: "number",
      ratings_answered: "number",
      csat: "number",
      p50_time_to_first_reply_seconds: "number",
      p50_time_to_first_reply_office_seconds: "number",
      last_conversation_at: "time",
    },
    from: (mart) =>
      `${mart("company_metrics")} where conversations > 0 order by conversations desc, company_id limit ${accountsMax}`,
    people: ["company_name"],
  },
  companyTrend: {
    columns: {
      workspace_id: "text",
      company_name: "text",
      score: "number",
      reading: "text",
      conversations: "number",
      usual_conversations: "number",
      reopenings: "number",
      usual_reopenings: "number",
      slow_replies: "number",
      usual_slow_replies: "number",
      low_ratings: "number",
      usual_low_ratings: "number",
    },
    from: (mart) =>
      `${mart("company_trend")} where is_sufficient and score > 0 order by score desc, conversations desc, company_id limit ${accountsMax}`,
    people: ["company_name"],
  },
  churnBuckets: {
    columns: {
      feature: "text",
      bucket: "number",
      bucket_from: "number",
      bucket_to: "number",
      account_months: "number",
      accounts: "number",
      churn_rate: "number",
      churn_rate_low: "number",
      churn_rate_high: "number",
      ...shares,
    },
    from: (mart) => `${mart("churn_by_bucket")} order by feature, bucket`,
  },
  churnTopics: {
    columns: {
      topic: "text",
      topic_kind: "text",
      exposed_accounts: "number",
      exposed_churn_rate: "number",
      unexposed_churn_rate: "number",
      adjusted_odds_ratio: "number",
      adjusted_odds_ratio_low: "number",
      adjusted_odds_ratio_high: "number",
      clustered_q_value: "number",
      ...shares,
    },
    from: (mart) => `${mart("churn_by_topic")} order by topic_kind, topic`,
  },
  churnCorrelations: {
    columns: {
      feature: "text",
      accounts: "number",
      churned_accounts: "number",
      spearman_rho: "number",
      auc: "number",
      score_q_value: "number",
      ...shares,
    },
    from: (mart) => `${mart("churn_correlations")} order by feature`,
  },
  churnSurvival: {
    columns: {
      experience: "text",
      duration_days: "number",
      at_risk: "number",
      survival: "number",
      survival_low: "number",
      survival_high: "number",
      ...shares,
    },
    from: (mart) => `${mart("churn_survival")} order by experience, duration_days`,
  },
  churnSurvivalTests: {
    columns: { comparison: "text", p_value: "number", spells: "number", churned: "number", ...shares },
    from: (mart) => `${mart("churn_survival_tests")} order by comparison`,
  },
  churnInput: {
    columns: { problem: "text", problems: "number", left_out: "number", explanation: "text" },
    expressions: {
      problems: "count(*)",
      left_out: "sum(case when is_left_out then 1 else 0 end)",
      explanation: "min(explanation)",
    },
    from: (mart) => `${mart("churn_input_health")} group by problem order by problem`,
  },
  topics: {
    columns: {
      workspace_id: "text",
      topic: "text",
      kind: "text",
      week: "day",
      conversations: "number",
      accounts: "number",
      mrr_touched: "number",
      average_conversations_8_weeks_before: "number",
      trend: "number",
      low_rating_share: "number",
      rated_conversations: "number",
    },
    from: (mart) =>
      `(select *, dense_rank() over (order by week desc) as weeks_ago from ${mart("feedback_topics")} where is_week_complete) as weeks
       where weeks_ago <= ${topicWeeks} and conversations > 0 order by workspace_id, topic, week`,
  },
  quotes: {
    columns: { workspace_id: "text", topic: "text", kind: "text", quote: "text", plan: "text", sent_at: "time" },
    from: (mart) =>
      `(select *, row_number() over (partition by workspace_id, topic order by sent_at desc, message_id) as newness
         from ${mart("product_feedback")}) as quotes
       where newness <= 3 order by sent_at desc, topic, message_id limit ${quotesMax}`,
    people: ["quote"],
  },
  trackers: {
    columns: {
      workspace_id: "text",
      inbox_number: "text",
      type: "text",
      title: "text",
      state_label: "text",
      open_conversations: "number",
      conversations: "number",
      accounts: "number",
      companies: "number",
      mrr: "number",
      is_waited_for: "boolean",
      created_at: "time",
    },
    from: (mart) =>
      `${mart("trackers")} order by is_waited_for desc, mrr desc, conversations desc, ticket_id limit ${accountsMax}`,
    people: ["title"],
  },
  ticketsNow: {
    columns: { workspace_id: "text", category: "text", type: "text", state_category: "text", tickets: "number" },
    expressions: { tickets: "count(*)" },
    from: (mart) =>
      `${mart("tickets")} group by workspace_id, category, type, state_category order by workspace_id, category, type, state_category`,
  },
  ticketWeeks: {
    columns: {
      workspace_id: "text",
      category: "text",
      week: "day",
      created: "number",
      resolved: "number",
      submitted: "number",
      in_progress: "number",
      waiting_on_customer: "number",
    },
    from: (mart) => `${mart("ticket_weekly")} where is_whole order by workspace_id, category, week`,
  },
  ticketTimes: {
    columns: {
      workspace_id: "text",
      category: "text",
      type: "text",
      tickets: "number",
      state_category: "text",
      p50_seconds: "number",
      p90_seconds: "number",
      p50_office_seconds: "number",
      p90_office_seconds: "number",
    },
    from: (mart) => `${mart("ticket_state_times")} order by workspace_id, category, type, state_category`,
  },
  streams: {
    columns: {
      workspace_id: "text",
      stream: "text",
      loads: "number",
      rows_loaded: "number",
      records_rejected: "number",
      unseen: "number",
      missing_parts: "number",
      cursor_lag_seconds: "number",
      last_loaded_at: "time",
    },
    from: (mart) => `${mart("sync_health")} order by workspace_id, stream`,
  },
  reconciliation: {
    columns: { workspace_id: "text", figure: "text", reason: "text", conversations: "number" },
    expressions: { conversations: "count(*)" },
    from: (mart) =>
      `${mart("statistics_reconciliation")} group by workspace_id, figure, reason order by workspace_id, figure, reason`,
  },
};
