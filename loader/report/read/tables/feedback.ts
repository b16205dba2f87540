import type { TableQuery } from "./query.ts";

const accountsMax = 50;
const quotesMax = 120;
const topicWeeks = 52;
const risingMax = 25;
const themesMax = 40;
const quoteCharactersMax = 200;

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
  risingPhrases: {
    columns: {
      workspace_id: "text",
      phrase: "text",
      rising_customers: "number",
      usual_customers: "number",
      rising_q_value: "number",
      accounts: "number",
      mrr: "number",
      quotes: "text",
    },
    from: (mart) =>
      `${mart("feedback_phrases")} where is_rising order by rising_z desc, workspace_id, phrase limit ${risingMax}`,
    // The eight periods before are counted by themselves.
    expressions: {
      usual_customers: "rising_other_customers / 8.0",
      quotes: `left(array_to_string(quotes, ' · '), ${2 * quoteCharactersMax})`,
    },
    people: ["quotes"],
  },
  themes: {
    columns: {
      workspace_id: "text",
      theme: "text",
      messages: "number",
      conversations: "number",
      accounts: "number",
      quote: "text",
      sent_at: "time",
    },
    from: (mart) =>
      `(select newest.workspace_id, newest.theme, counted.messages, counted.conversations, counted.accounts, newest.quote, newest.sent_at
         from (select *, row_number() over (partition by workspace_id, theme order by sent_at desc, conversation_id, message_id) as newness
                 from ${mart("feedback_themes")}) as newest
         inner join (select workspace_id, theme, count(*) as messages, count(distinct conversation_id) as conversations,
                       count(distinct account_id) as accounts
                     from ${mart("feedback_themes")} group by workspace_id, theme) as counted
           on newest.workspace_id = counted.workspace_id and newest.theme = counted.theme
         where newest.newness = 1) as themes
       order by messages desc, workspace_id, theme limit ${themesMax}`,
    expressions: { quote: `left(quote, ${quoteCharactersMax})` },
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
