import { shares, type TableQuery } from "./query.ts";

export const churnTables = {
  churnSummary: {
    columns: {
      subject_kind: "text",
      subject: "text",
      exposure: "text",
      exposed_accounts: "number",
      accounts_at_risk_a_year: "number",
      accounts_at_risk_a_year_low: "number",
      accounts_at_risk_a_year_high: "number",
      mrr_at_risk_a_year: "number",
      q_value: "number",
      reading: "text",
    },
    from: (mart) => `${mart("churn_summary")} order by place`,
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
      clustered_odds_ratio_low: "number",
      clustered_odds_ratio_high: "number",
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
      adjusted_q_value: "number",
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
} satisfies Readonly<Record<string, TableQuery>>;
