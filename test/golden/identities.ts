import type { DuckDBConnection } from "@duckdb/node-api";
import { periodIdentities } from "./period-identities.ts";
import { windowIdentities } from "./window-identities.ts";

/** What must hold between figures, whatever happened: the statement answers with a row for each place where it does not. */
export type Identity = { readonly rule: string; readonly broken: string };

/** Ours: of Intercom's own durations there is one form. */
const durations = `
  unpivot (
    select conversation_id, columns(name -> ends_with(name, '_seconds') and not starts_with(name, 'intercom_'))
    from conversation_metrics
  )
  on columns('_seconds$') into name figure value seconds`;

/** Rules of one workspace's metrics. The workspace is the only one, and the schema the one that is searched first. */
export const identities: readonly Identity[] = [
  {
    rule: "waiting for the team and for the customer together are no longer than the conversation's life",
    broken: `select conversation_id from conversation_metrics
      where waiting_for_team_seconds + waiting_for_customer_seconds > date_diff('second', created_at, last_event_at)`,
  },
  {
    rule: "no duration is negative, and its office seconds are some of its calendar seconds",
    broken: `with each as (${durations})
      select calendar.conversation_id, calendar.figure from each as calendar
      inner join each as office on calendar.conversation_id = office.conversation_id
        and office.figure = replace(calendar.figure, '_seconds', '_office_seconds')
      where calendar.seconds < 0 or office.seconds < 0 or office.seconds > calendar.seconds`,
  },
  {
    rule: "a duration has office seconds where it has calendar seconds, and only there",
    broken: `with each as (${durations})
      select conversation_id, replace(figure, '_office_seconds', '_seconds') as duration from each
      group by all having count(*) <> 2`,
  },
  {
    rule: "a closed conversation was closed once more than reopened; one that is not closed, as often; repeated and unseen closes apart",
    broken: `select conversation_id from conversation_metrics
      where is_thread_complete and (state <> 'closed' or closed_at = last_close_at) and count_closes - count_reopens <> case when state = 'closed' then 1 else 0 end`,
  },
  {
    rule: "what is whole has its durations, and what is not has no median of waits that were not all seen",
    broken: `select conversation_id from conversation_metrics
      where is_thread_complete <> (waiting_for_team_seconds is not null)
        or (not is_thread_complete and median_time_to_reply_seconds is not null)`,
  },
  {
    rule: "messages are the customer's, humans' and bots'",
    broken: `select conversation_id from conversation_metrics
      where count_messages <> count_customer_messages + count_teammate_messages + count_bot_messages`,
  },
  {
    rule: "closed_at and the times that rest on it are there when it is closed, unless nobody knows when, and only then",
    broken: `select conversation_id from conversation_metrics
      where (state <> 'closed' and closed_at is not null) or (closed_at is null) <> (time_to_resolution_seconds is null)
        or (closed_by_kind is not null and closed_at > last_close_at) or closed_at < last_reopen_at
        or (state = 'closed' and closed_at is null and last_close_at > coalesce(last_reopen_at, created_at))`,
  },
  {
    rule: "what is closed took one, two or more replies, or none, and what led to the close came before it",
    broken: `select conversation_id from conversation_metrics
      where count_replies_to_resolution > count_replies
        or is_one_touch_resolution::int + is_two_touch_resolution::int + is_multi_touch_resolution::int
          <> case when state = 'closed' and not is_merged_away and count_replies_to_resolution > 0 then 1 else 0 end
        or last_assignment_to_resolution_seconds > first_assignment_to_resolution_seconds
        or time_to_resolution_after_customer_seconds > time_to_resolution_seconds`,
  },
  {
    rule: "the AI agent hands over or keeps from the team, never both, and only where it takes part",
    broken: `select conversation_id from conversation_metrics
      where (is_ai_agent_deflected and is_ai_agent_handed_over) or (is_ai_agent_resolved and is_ai_agent_handed_over)
        or ((is_ai_agent_answered or is_ai_agent_deflected or is_ai_agent_handed_over) and not is_ai_agent_participant)`,
  },
  {
    rule: "the data are known up to one time, that of the one workspace, and nothing that was seen is younger than a few seconds more",
    broken: `select data_as_of_at from data_as_of
      where data_as_of_at <> (select max(conversations_as_of_at) from sync_health)
        or data_as_of_on <> data_as_of_at::date or workspaces <> 1
        or data_as_of_at < (select max(last_event_at) from conversation_metrics) - interval 10 second`,
  },
  {
    rule: "nobody waits in a closed conversation, and who waits has waited since before the data end",
    broken: `select conversation_id from conversation_metrics
      where (state = 'closed' and open_wait_since_at is not null) or open_wait_since_at > data_as_of_at`,
  },
  {
    rule: "firsts are not after lasts",
    broken: `select conversation_id from conversation_metrics
      where first_close_at > last_close_at or first_assignment_at > last_assignment_at or first_reopen_at > last_reopen_at
        or first_teammate_close_at > last_teammate_close_at or first_customer_message_at > last_customer_message_at
        or first_close_at > first_teammate_close_at or last_event_at < last_close_at`,
  },
  {
    rule: "the normalized rows say the same as the metrics",
    broken: `select conversation_id from conversations full join conversation_metrics using (conversation_id)
      where (conversations.closed_at, conversations.message_count, conversations.time_to_first_reply_seconds,
          conversations.time_to_resolution_seconds, conversations.state, conversations.rating)
        is distinct from (conversation_metrics.closed_at, count_messages, conversation_metrics.time_to_first_reply_seconds,
          conversation_metrics.time_to_resolution_seconds, conversation_metrics.state, conversation_metrics.rating)`,
  },
  {
    rule: "a team's backlog of a day is the day before's plus opened, reopened and handed in less closed and handed out",
    broken: `with with_before as (
        select *, coalesce(lag(backlog) over (partition by team_id, channel order by day), 0) as before from support_daily
      )
      select team_id, channel, day from with_before
      where backlog <> before + opened + reopened + handed_in - closed - handed_out or backlog < 0`,
  },
  {
    rule: "what one team hands over the other gets on the same day",
    broken: `select channel, day from support_daily group by all having sum(handed_in) <> sum(handed_out)`,
  },
  {
    rule: "the last day's backlog is what is not closed now",
    broken: `with last_day as (
        select sum(backlog) as backlog from support_daily where day = (select max(day) from support_daily)
      )
      select backlog from last_day
      where backlog <> (select count(*) from conversation_metrics where state <> 'closed')`,
  },
  {
    rule: "the backlog's classes add up to the backlog on every row, and so do its bands of age with what no customer answered",
    broken: `select team_id, channel, day from support_daily
      where backlog <> backlog_waiting_for_us + backlog_waiting_for_customer + backlog_snoozed + backlog_outbound_unanswered
        or backlog <> backlog_outbound_unanswered + backlog_age_under_1_day + backlog_age_1_to_3_days
          + backlog_age_3_to_7_days + backlog_age_7_to_30_days + backlog_age_over_30_days
        or least(backlog_waiting_for_us, backlog_waiting_for_customer, backlog_snoozed, backlog_outbound_unanswered,
          backlog_age_under_1_day, backlog_age_1_to_3_days, backlog_age_3_to_7_days, backlog_age_7_to_30_days,
          backlog_age_over_30_days) < 0`,
  },
  {
    rule: "support_now has the open conversations, each once",
    broken: `(select conversation_id from support_now except all select conversation_id from conversations where state = 'open')
      union all
      (select conversation_id from conversations where state = 'open' except all select conversation_id from support_now)`,
  },
  {
    rule: "the last day's backlog waits for whom the conversations of now wait, those that are snoozed apart",
    broken: `with last_day as (
        select sum(backlog_waiting_for_us) as us, sum(backlog_waiting_for_customer) as customer,
          sum(backlog_snoozed + backlog_outbound_unanswered) as rest
        from support_daily where day = (select max(day) from support_daily)
      ), now as (
        select count(*) filter (whose_turn = 'us') as us,
          count(*) filter (whose_turn <> 'us' and not is_outbound_unanswered) as customer,
          count(*) filter (is_outbound_unanswered) + (select count(*) from conversations where state = 'snoozed') as rest
        from support_now
      )
      from last_day except from now`,
  },
  {
    rule: "it is our turn where a customer waits, and only there, unless nobody knows since when",
    broken: `select now.conversation_id from support_now as now inner join conversation_metrics as metrics using (conversation_id)
      where (now.open_wait_since_at is not null and whose_turn <> 'us')
        or (is_thread_complete and (now.open_wait_since_at is not null) <> (whose_turn = 'us'))
        or now.open_wait_since_at is distinct from metrics.open_wait_since_at`,
  },
  {
    rule: "the days add up to the conversations",
    broken: `with days as (
        select sum(created) as created, sum(created_by_customers) as by_customers, sum(first_replies) as first_replies,
          sum(replies) as replies, sum(resolutions) as resolutions, sum(ratings) as ratings, sum(reopened) as reopened
        from support_daily
      ), conversations as (
        select count(*) filter (not is_merged_away) as created,
          count(*) filter (started_by = 'customer' and not is_merged_away) as by_customers,
          count(time_to_first_reply_seconds) filter (not is_merged_away) as first_replies, sum(count_replies) as replies,
          count(closed_at) filter (not is_merged_away) as resolutions, count(rating) as ratings,
          sum(count_reopens) filter (not is_merged_away) as reopened
        from conversation_metrics
      )
      from days except from conversations`,
  },
  {
    rule: "teams, companies, contacts and tags have the conversations that name them, each once, without those merged away",
    broken: `with whole as (
        select * from conversation_metrics where not is_merged_away
      ), counted as (
        select 'team' as whose, sum(conversations) as counted from team_metrics
        union all select 'company', sum(conversations) from company_metrics
        union all select 'contact', sum(own_conversations) from contact_metrics
        union all select 'tag', sum(conversations) from tag_metrics
      ), named as (
        select 'team' as whose, count(last_team_id) as counted from whole
        union all select 'company', count(company_id) from whole
        union all select 'contact', count(*) from whole where contact_id in (select contact_id from contacts)
        union all select 'tag', count(*) from conversation_tags where conversation_id in (select conversation_id from whole)
      )
      from counted except from named`,
  },
  {
    rule: "what was merged away is closed since a known time, into a conversation that was not merged into it",
    broken: `select merged.conversation_id from conversation_metrics as merged
      left join conversation_metrics as other on other.conversation_id = merged.merged_into_conversation_id
      where (merged.is_merged_away and (merged.state <> 'closed' or merged.closed_at is null))
        or (not merged.is_merged_away and merged.merged_into_conversation_id is not null)
        or other.merged_into_conversation_id = merged.conversation_id
        or (other.conversation_id is null) <> (merged.merged_into_conversation_id is null)`,
  },
  {
    rule: "the days opened what began open and was not merged away, and nothing that was merged away is sent",
    broken: `select conversation_id from support_ticket_closed
        where conversation_id in (select conversation_id from conversation_metrics where is_merged_away)
      union all (
        select sum(opened)::varchar from support_daily
        except select count(*)::varchar from conversation_metrics
        where not is_merged_away and conversation_id in (
          select conversation_id from golden_staging.int_conversation_spells where spell_number = 1 and not is_reopening
        )
      )`,
  },
  {
    rule: "teammates have the replies, first replies, closes and assignments that name them, each once",
    broken: `with counted as (
        select sum(replies) as replies, sum(first_replied_conversations) as first_replied,
          sum(closed_conversations) as closed, sum(assigned_conversations) as assigned,
          sum(messages) as messages, sum(notes) as notes, sum(ratings_answered) as ratings
        from teammate_metrics
      ), named as (
        select sum(count_replies) as replies, count(first_reply_teammate_id) filter (not is_merged_away) as first_replied,
          count(*) filter (closed_by_kind = 'teammate' and not is_merged_away) as closed,
          count(assigned_teammate_id) filter (not is_merged_away) as assigned, sum(count_teammate_messages) as messages, sum(count_notes) as notes,
          count(rating) filter (rating_teammate_id is not null) as ratings
        from conversation_metrics
      )
      from counted except from named`,
  },
  {
    rule: "the median of the waits is not above the longest, and there is one where somebody was answered",
    broken: `select conversation_id from conversation_metrics
      where median_time_to_reply_seconds > max_time_to_reply_seconds
        or (is_thread_complete and (count_replies > 0) <> (median_time_to_reply_seconds is not null))
        or (is_thread_complete and (count_replies > 1) <> (median_time_to_next_reply_seconds is not null))
        or count_replies > count_teammate_messages`,
  },
  {
    rule: "the first reply by anybody is the earlier of the human's and the bot's",
    broken: `select conversation_id from conversation_metrics
      where is_thread_complete
        and (time_to_first_any_reply_seconds is distinct from least(time_to_first_reply_seconds, time_to_first_bot_reply_seconds)
        or time_to_first_any_reply_office_seconds
          is distinct from least(time_to_first_reply_office_seconds, time_to_first_bot_reply_office_seconds))`,
  },
];

/** The rules that do not hold, each with how often and the first place; empty when all do. */
export async function brokenIdentities(connection: DuckDBConnection, schema: string): Promise<string[]> {
  await connection.run(`use ${schema}`);
  const broken: string[] = [];
  for (const { rule, broken: statement } of [...identities, ...periodIdentities, ...windowIdentities]) {
    const found = (await connection.runAndReadAll(statement)).getRowsJson();
    if (found.length > 0) broken.push(`${rule}: not in ${found.length} places, first ${JSON.stringify(found[0])}`);
  }
  return broken;
}
