import type { TableQuery } from "./query.ts";

const accountsMax = 50;
const quotesMax = 120;
const topicWeeks = 52;

export const feedbackTables = {
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
} satisfies Readonly<Record<string, TableQuery>>;
