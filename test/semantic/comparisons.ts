import type { AnswerRow, Question } from "./metricflow.ts";

/** A question to MetricFlow, and the statement that reads the same numbers from the marts, under the same names of columns. */
export type Comparison = Question & { readonly name: string; readonly statement: string };

const key = (id: string): string => `workspace_id || ':' || ${id}`;

/** Each compares a figure in some groups. `month` and so on are the names that MetricFlow gives to its columns. */
export const comparisons: readonly Comparison[] = [
  {
    name: "median first reply by team and month",
    metrics: ["median_first_reply_seconds"],
    group_by: ["team__name", "metric_time__month"],
    statement: `select team_name as team__name, month as metric_time__month, p50_time_to_first_reply_seconds as median_first_reply_seconds
      from support_monthly where grouped_by = 'team'`,
  },
  {
    name: "first replies by team and month, on both clocks",
    metrics: [
      "first_replies",
      "median_first_reply_office_seconds",
      "p90_first_reply_seconds",
      "p90_first_reply_office_seconds",
    ],
    group_by: ["support_event__team_id", "metric_time__month"],
    statement: `select team_id as support_event__team_id, month as metric_time__month, first_replies,
        p50_time_to_first_reply_office_seconds as median_first_reply_office_seconds,
        p90_time_to_first_reply_seconds as p90_first_reply_seconds,
        p90_time_to_first_reply_office_seconds as p90_first_reply_office_seconds
      from support_monthly where grouped_by = 'team'`,
  },
  {
    name: "what came and what was done, week by week",
    metrics: [
      "created_conversations",
      "conversations_from_customers",
      "new_conversations",
      "reopenings",
      "closes",
      "replies",
      "resolutions",
    ],
    group_by: ["metric_time__week"],
    statement: `select week as metric_time__week, created as created_conversations, created_by_customers as conversations_from_customers,
        new_conversations, reopened as reopenings, closed as closes, replies, resolutions
      from support_weekly where grouped_by = 'total'`,
  },
  {
    name: "new conversations by day and channel",
    metrics: ["new_conversations"],
    group_by: ["metric_time__day", "support_event__channel"],
    statement: `select day as metric_time__day, channel as support_event__channel, sum(new_conversations)::bigint as new_conversations
      from support_daily group by all`,
  },
  {
    name: "replies by channel and month",
    metrics: [
      "median_reply_seconds",
      "median_reply_office_seconds",
      "p90_reply_seconds",
      "p90_reply_office_seconds",
      "replies",
    ],
    group_by: ["support_event__channel", "metric_time__month"],
    statement: `select channel as support_event__channel, month as metric_time__month, replies,
        p50_time_to_reply_seconds as median_reply_seconds, p50_time_to_reply_office_seconds as median_reply_office_seconds,
        p90_time_to_reply_seconds as p90_reply_seconds, p90_time_to_reply_office_seconds as p90_reply_office_seconds
      from support_monthly where grouped_by = 'channel'`,
  },
  {
    name: "time to resolution by week",
    metrics: [
      "median_resolution_seconds",
      "median_resolution_office_seconds",
      "p90_resolution_seconds",
      "p90_resolution_office_seconds",
    ],
    group_by: ["metric_time__week"],
    statement: `select week as metric_time__week, p50_time_to_resolution_seconds as median_resolution_seconds,
        p50_time_to_resolution_office_seconds as median_resolution_office_seconds,
        p90_time_to_resolution_seconds as p90_resolution_seconds, p90_time_to_resolution_office_seconds as p90_resolution_office_seconds
      from support_weekly where grouped_by = 'total'`,
  },
  {
    name: "CSAT by team and month",
    metrics: ["csat", "ratings"],
    group_by: ["support_event__team_id", "metric_time__month"],
    statement: `select team_id as support_event__team_id, month as metric_time__month, csat, ratings
      from support_monthly where grouped_by = 'team'`,
  },
  {
    name: "resolutions with one reply, and at the first contact, by month",
    metrics: ["one_touch_rate", "first_contact_resolution_rate", "complete_resolutions"],
    group_by: ["metric_time__month"],
    statement: `select month as metric_time__month, one_touch_resolutions / nullif(complete_resolutions, 0) as one_touch_rate,
        first_contact_resolution_rate, complete_resolutions
      from support_monthly where grouped_by = 'total'`,
  },
  {
    name: "SLAs missed by month",
    metrics: ["sla_missed_rate", "sla_decided"],
    group_by: ["metric_time__month"],
    statement: `select month as metric_time__month, 1 - sla_hit_rate as sla_missed_rate, sla_decided
      from support_monthly where grouped_by = 'total'`,
  },
  {
    name: "Fin by week",
    metrics: [
      "ai_agent_involvement_rate",
      "ai_agent_resolution_rate",
      "ai_agent_automation_rate",
      "ai_agent_handed_over",
    ],
    group_by: ["metric_time__week"],
    statement: `select week as metric_time__week, ai_agent_involvement_rate, ai_agent_resolution_rate, ai_agent_automation_rate,
        ai_agent_handed_over
      from support_weekly where grouped_by = 'total'`,
  },
  {
    name: "conversations by the team that has them now",
    metrics: ["conversations", "open_conversations", "reopened_conversations", "bot_only_conversations"],
    group_by: ["team"],
    where: ["{{ Dimension('conversation__last_team_id') }} is not null"],
    statement: `select ${key("team_id")} as team, conversations, open_conversations, reopened_conversations, bot_only_conversations
      from team_metrics`,
  },
  {
    name: "reopened and bot-only rates by the team that has the conversations now",
    metrics: ["reopened_rate", "bot_only_rate"],
    group_by: ["conversation__last_team_id"],
    where: ["{{ Dimension('conversation__last_team_id') }} is not null"],
    statement: `select team_id as conversation__last_team_id, reopened_conversations / nullif(conversations, 0) as reopened_rate,
        bot_only_conversations / nullif(conversations, 0) as bot_only_rate
      from team_metrics`,
  },
  {
    name: "median first reply by the team that has the conversation now: a join of events with conversations",
    metrics: ["median_first_reply_seconds", "p90_first_reply_office_seconds"],
    group_by: ["conversation__last_team_id"],
    where: ["{{ Dimension('conversation__last_team_id') }} is not null"],
    statement: `select team_id as conversation__last_team_id, p50_time_to_first_reply_seconds as median_first_reply_seconds,
        p90_time_to_first_reply_office_seconds as p90_first_reply_office_seconds
      from team_metrics`,
  },
  {
    name: "response rate to requests for a rating, by company",
    metrics: ["rating_response_rate", "ratings_requested"],
    group_by: ["company"],
    where: ["{{ Entity('company') }} is not null"],
    statement: `select ${key("company_id")} as company, rating_response_rate, ratings_requested from company_metrics`,
  },
  {
    name: "messages by company",
    metrics: ["customer_messages", "teammate_messages"],
    group_by: ["company"],
    where: ["{{ Entity('company') }} is not null"],
    statement: `select ${key("company_id")} as company, customer_messages, teammate_messages from company_metrics`,
  },
  {
    name: "hand-overs by channel and month of creation",
    metrics: ["team_handovers", "waiting_for_team_seconds", "waiting_for_customer_seconds"],
    group_by: ["conversation__channel", "metric_time__month"],
    statement: `select channel as conversation__channel, created_month as metric_time__month,
        sum(count_team_handovers) filter (where not is_merged_away)::bigint as team_handovers,
        sum(waiting_for_team_seconds)::bigint as waiting_for_team_seconds,
        sum(waiting_for_customer_seconds)::bigint as waiting_for_customer_seconds
      from conversation_metrics group by all`,
  },
  {
    name: "answers by teammate",
    metrics: ["answered_waits", "median_answered_wait_seconds", "p90_answered_wait_office_seconds"],
    group_by: ["teammate"],
    where: ["{{ Entity('teammate') }} is not null"],
    statement: `select ${key("teammate_id")} as teammate, replies as answered_waits,
        p50_time_to_reply_seconds as median_answered_wait_seconds,
        p90_time_to_reply_office_seconds as p90_answered_wait_office_seconds
      from teammate_metrics`,
  },
  {
    name: "waits by what ended them, month by month",
    metrics: ["waits"],
    group_by: ["wait__ended_by", "metric_time__month"],
    statement: `select ended_by as wait__ended_by, date_trunc('month', ended_at)::date as metric_time__month, count(*) as waits
      from conversation_replies group by all`,
  },
  {
    name: "time open, snoozed and without an owner, by channel: the seconds of conversation_metrics",
    metrics: ["open_state_seconds", "snoozed_state_seconds", "unassigned_state_seconds"],
    group_by: ["conversation__channel"],
    where: ["{{ Dimension('conversation__is_thread_complete') }}"],
    statement: `select channel as conversation__channel, sum(open_seconds)::bigint as open_state_seconds,
        sum(snoozed_seconds)::bigint as snoozed_state_seconds, sum(unassigned_seconds)::bigint as unassigned_state_seconds
      from conversation_metrics where is_thread_complete group by all`,
  },
  {
    name: "tickets created by category and week",
    metrics: ["tickets_created"],
    group_by: ["ticket__category", "metric_time__week"],
    statement: `select category as ticket__category, week as metric_time__week, created as tickets_created from ticket_weekly`,
  },
  {
    name: "tickets not resolved at the end of the last week",
    metrics: ["unresolved_tickets"],
    group_by: ["ticket__category"],
    statement: `select category as ticket__category, submitted + in_progress + waiting_on_customer as unresolved_tickets
      from ticket_weekly qualify week = max(week) over ()`,
  },
  {
    name: "tickets resolved by month, and how long they took",
    metrics: ["tickets_resolved", "median_ticket_resolution_seconds", "median_ticket_resolution_office_seconds"],
    group_by: ["metric_time__month"],
    statement: `select date_trunc('month', resolved_at)::date as metric_time__month, count(*) as tickets_resolved,
        quantile_disc(time_to_resolution_seconds, 0.5) as median_ticket_resolution_seconds,
        quantile_disc(time_to_resolution_office_seconds, 0.5) as median_ticket_resolution_office_seconds
      from tickets where resolved_at is not null group by all`,
  },
  {
    name: "how long resolved tickets waited for customers, by category and type",
    metrics: ["median_ticket_waiting_seconds", "p90_ticket_waiting_seconds"],
    group_by: ["ticket__category", "ticket__type"],
    statement: `select category as ticket__category, type as ticket__type, p50_seconds as median_ticket_waiting_seconds,
        p90_seconds as p90_ticket_waiting_seconds
      from ticket_state_times where state_category = 'waiting_on_customer'`,
  },
  {
    name: "first replies to tickets, by the team that has them",
    metrics: ["median_ticket_first_reply_seconds"],
    group_by: ["team"],
    statement: `select ${key("assigned_team_id")} as team,
        quantile_disc(time_to_first_reply_seconds, 0.5) as median_ticket_first_reply_seconds
      from tickets group by all`,
  },
  {
    name: "accounts and MRR by month",
    metrics: ["account_months", "accounts", "mrr"],
    group_by: ["metric_time__month"],
    statement: `select month as metric_time__month, count(*) as account_months, count(distinct account_id) as accounts, sum(mrr) as mrr
      from account_months group by all`,
  },
  {
    name: "MRR by plan is that of the last month",
    metrics: ["mrr"],
    group_by: ["account_month__plan"],
    statement: `select plan as account_month__plan, sum(mrr) as mrr
      from (select * from account_months qualify month = max(month) over ()) group by all`,
  },
  {
    name: "churn rate over all account-months",
    metrics: ["churn_rate", "observed_account_months", "churned_account_months"],
    statement: `select churn_rate, account_months as observed_account_months, churned_account_months
      from churn_correlations where feature = 'tickets'`,
  },
  {
    name: "companies whose support got worse",
    metrics: ["companies_compared", "companies_at_risk"],
    statement: `select count(score) as companies_compared, count(*) filter (where score > 0) as companies_at_risk from company_trend`,
  },
];

/** The churn rate of each bucket of a feature, asked for between the bucket's bounds. `buckets`: rows of `churn_by_bucket`. */
export function churnOfBuckets(feature: string, buckets: readonly AnswerRow[]): readonly Comparison[] {
  const dimension = `{{ Dimension('account_month__window_${feature}') }}`;
  return buckets.map(({ bucket, bucket_from, bucket_to }) => ({
    name: `churn rate of bucket ${bucket} by ${feature}`,
    metrics: ["churn_rate", "observed_account_months", "churned_account_months"],
    where: [`${dimension} between ${bucket_from} and ${bucket_to}`],
    statement: `select churn_rate, account_months as observed_account_months, churned_account_months
      from churn_by_bucket where feature = '${feature}' and bucket = ${bucket}`,
  }));
}
