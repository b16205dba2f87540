import { grains, rank } from "./grains.ts";
import type { Identity } from "./identities.ts";

const counts = [
  ...[
    "created",
    "created_by_customers",
    "new_conversations",
    "opened",
    "reopened",
    "closed",
    "first_replies",
    "replies",
  ],
  ...["resolutions", "customer_resolutions", "complete_resolutions", "first_contact_resolutions", "ratings"],
  ...[
    "ratings_satisfied",
    "ratings_requested",
    "rating_requests_answered",
    "sla_decided",
    "sla_hit",
    "sla_missed",
    "ai_agent_involved",
    "ai_agent_answered",
  ],
  ...["ai_agent_deflected", "ai_agent_resolved", "ai_agent_handed_over", "ai_agent_ratings", "cx_scores"],
];
const sums = counts.map((name) => `sum(${name})`).join(", ");
const bandEnds = [300, 1800, 3600, 14_400, 28_800, 86_400, 259_200, 604_800];
const openStates = ["submitted", "in_progress", "waiting_on_customer"];

/** Rules of the marts that the report page shows; days are in UTC. */
export const windowIdentities: readonly Identity[] = [
  {
    rule: "the weeks of a whole window add up to it",
    broken: `with added as (
        select window_weeks, window_name, windows.grouped_by, windows.team_id, windows.channel, ${counts.map((name) => `sum(coalesce(weeks.${name}, 0))`).join(", ")}
        from support_windows as windows left join support_weekly as weeks on weeks.grouped_by = windows.grouped_by
          and weeks.team_id = windows.team_id and weeks.channel = windows.channel and weeks.week between starts_on and ends_on
        where windows.is_whole and windows.grouped_by <> 'team_channel' group by all
      )
      from added except select window_weeks, window_name, grouped_by, team_id, channel, ${counts.join(", ")} from support_windows`,
  },
  {
    rule: "the teams of a window in each channel add up to the teams, to the channels and to all",
    broken: `with added as (
        select window_weeks, window_name, 'team' as grouped_by, team_id, 'all' as channel, ${sums} from support_windows where grouped_by = 'team_channel' group by all
        union all
        select window_weeks, window_name, 'channel', 'all', channel, ${sums} from support_windows where grouped_by = 'team_channel' group by all
        union all
        select window_weeks, window_name, 'total', 'all', 'all', ${sums} from support_windows where grouped_by = 'team_channel' group by all
      ), whole as (
        select window_weeks, window_name, grouped_by, team_id, channel, ${counts.join(", ")} from support_windows where grouped_by <> 'team_channel'
      )
      (from added except from whole) union all (from whole except from added)`,
  },
  ...grains.map(({ figure, n, rows }): Identity => {
    const columns = `p50_${figure}_seconds, p50_${figure}_office_seconds, p90_${figure}_seconds, p90_${figure}_office_seconds`;
    const figures = `count(*), ${[50, 90].map((percent) => `${rank("seconds", percent)}, ${rank("office_seconds", percent)}`).join(", ")}`;
    return {
      rule: `a window's ${figure} is what its own rows of the grain say, in all and by channel`,
      broken: `with grain as (${rows}), windows as (
          select distinct window_weeks, window_name, starts_on, ends_on from support_windows
        ), windowed as (
          select window_weeks, window_name, grain.* from grain inner join windows on done_at::date between starts_on and ends_on
        ), measured as (
          select window_weeks, window_name, 'all' as channel, ${figures} from windowed group by all
          union all select window_weeks, window_name, channel, ${figures} from windowed group by all
        )
        from measured except select window_weeks, window_name, channel, ${n}, ${columns} from support_windows where grouped_by in ('total', 'channel')`,
    };
  }),
  ...grains.map(({ figure, rows }): Identity => {
    const duration = figure.replace("time_to_", "");
    const band = (seconds: string): string => `1 + ${bandEnds.map((end) => `(${seconds} >= ${end})::int`).join(" + ")}`;
    return {
      rule: `the bands of ${duration} are what the rows of the grain say, in all and by channel`,
      broken: `with grain as (${rows}), windowed as (
          select window_weeks, grain.* from grain
          inner join (select distinct window_weeks, starts_on, ends_on from support_windows where window_name = 'latest')
            on done_at::date between starts_on and ends_on
        ), clocks as (
          select window_weeks, channel, 'calendar' as clock, ${band("seconds")} as band_number from windowed
          union all select window_weeks, channel, 'office_hours', ${band("office_seconds")} from windowed
        ), counted as (
          select window_weeks, 'all' as channel, clock, band_number, count(*) from clocks group by all
          union all select window_weeks, channel, clock, band_number, count(*) from clocks group by all
        ), shown as (
          select window_weeks, channel, clock, band_number, durations from support_durations
          where duration = '${duration}' and grouped_by in ('total', 'channel')
        )
        (from counted except from shown) union all (from shown except from counted)`,
    };
  }),
  {
    rule: "the hours of a week add up to the window's new conversations",
    broken: `with added as (
        select window_weeks, grouped_by, team_id, channel, sum(new_conversations) as counted from support_hours group by all
      ), whole as (
        select window_weeks, grouped_by, team_id, channel, new_conversations from support_windows
        where window_name = 'latest' and new_conversations > 0
      )
      (from added except from whole) union all (from whole except from added)`,
  },
  {
    rule: "an hour of the week is that of the customer's first message",
    broken: `with counted as (
        select isodow(first_customer_message_at) as weekday, extract(hour from first_customer_message_at) as hour_of_day, count(*) as counted
        from conversation_metrics
        inner join (select distinct starts_on, ends_on from support_windows where window_name = 'latest' and window_weeks = 13)
          on first_customer_message_at::date between starts_on and ends_on
        where not is_merged_away group by all
      ), shown as (
        select weekday, hour_of_day, new_conversations from support_hours where window_weeks = 13 and grouped_by = 'total'
      )
      (from counted except from shown) union all (from shown except from counted)`,
  },
  {
    rule: "a window is compared with as many weeks before, figure by figure",
    broken: `with figures as (
        unpivot (
          select window_weeks, window_name, grouped_by, team_id, channel, starts_on, is_whole, columns('^(p[59]0_|csat|rating_response|sla_|created$|reopened$|closed$|new_conv)')::double
          from support_windows
        ) on columns(* exclude (window_weeks, window_name, grouped_by, team_id, channel, starts_on, is_whole)) into name metric value value
      ), nows as (from figures where window_name = 'latest'), befores as (from figures where window_name = 'before' and is_whole)
      select compared.window_weeks, compared.metric from window_comparison as compared
      left join nows using (window_weeks, grouped_by, team_id, channel, metric)
      left join befores using (window_weeks, grouped_by, team_id, channel, metric)
      where not starts_with(compared.metric, 'backlog') and not regexp_matches(compared.metric, '^(ai_|average_|first_contact)')
        and ((compared.value, compared.previous_value) is distinct from (nows.value, befores.value)
          or change is distinct from nows.value - befores.value
          or change_share is distinct from compared.change / nullif(befores.value, 0))`,
  },
  {
    rule: "a teammate's days of a window add up to it, over all teams and channels",
    broken: `with days as (
        select window_weeks, teammate_id, ${["first_replies", "replies", "resolutions", "ratings", "ratings_satisfied"].map((name) => `sum(${name}) as ${name}`).join(", ")}
        from teammate_daily inner join (select distinct window_weeks, starts_on, ends_on from support_windows where window_name = 'latest')
          on day between starts_on and ends_on group by all
      ), shown as (
        select window_weeks, teammate_id, sum(first_replies), sum(replies), sum(resolutions), sum(ratings), sum(ratings_satisfied)
        from teammate_windows where grouped_by = 'team_channel' group by all
      ), whole as (
        select window_weeks, teammate_id, first_replies, replies, resolutions, ratings, ratings_satisfied
        from teammate_windows where grouped_by = 'total'
      )
      (from whole except from shown) union all (from shown except from whole)
      union all (from days where first_replies + replies + resolutions + ratings > 0 except from whole)`,
  },
  {
    rule: "a company's window has what its conversations say",
    broken: `with windows as (
        select distinct window_weeks, starts_on, ends_on from support_windows where window_name = 'latest'
      ), counted as (
        select window_weeks, company_id, count(*) filter (first_customer_message_at::date between starts_on and ends_on and not is_merged_away),
          count(*) filter (closed_at::date between starts_on and ends_on and not is_merged_away),
          count(rating) filter (rating_answered_at::date between starts_on and ends_on),
          ${rank("case when first_reply_at::date between starts_on and ends_on and not is_merged_away then time_to_first_reply_seconds end", 50)}
        from conversation_metrics cross join windows where company_id is not null group by all
      )
      select window_weeks, company_id, new_conversations, resolutions, ratings, p50_time_to_first_reply_seconds
      from company_windows where grouped_by = 'total' except from counted`,
  },
  {
    rule: "the channels of a team's week add up to it, what is left at its end too",
    broken: `with added as (
        select week, team_id, ${sums}, sum(handed_in), sum(backlog), sum(backlog_waiting_for_us), sum(backlog_age_over_30_days)
        from team_channel_weekly group by all
      )
      select week, team_id, ${counts.join(", ")}, handed_in, backlog, backlog_waiting_for_us, backlog_age_over_30_days
      from support_weekly where grouped_by = 'team' except from added`,
  },
  {
    rule: "the loads of runs are those of streams",
    broken: `select sum(rows_loaded) from sync_runs except select sum(rows_loaded) from sync_health
      union all select run_id::varchar from sync_runs where seconds is null or seconds < 0`,
  },
  {
    rule: "the states of tickets after the last week are those that they have now",
    broken: `with last_weeks as (
        select category, ${openStates.join(", ")} from ticket_weekly qualify row_number() over (partition by category order by week desc) = 1
      ), now as (
        select category, ${openStates.map((state) => `count(*) filter (state_category = '${state}')`).join(", ")} from tickets group by category
      )
      (from last_weeks except from now) union all (from now except from last_weeks)`,
  },
  {
    rule: "tickets are created in the week of their creation",
    broken: `with weeks as (select category, week, created from ticket_weekly where created > 0), counted as (
        select category, date_trunc('week', created_at)::date as week, count(*) from tickets group by all
      )
      (from weeks except from counted) union all (from counted except from weeks)`,
  },
  ...openStates.map(
    (state): Identity => ({
      rule: `resolved tickets were ${state} for as long as the tickets say`,
      broken: `with measured as (
        select category, type, count(${state}_seconds), ${rank(`${state}_seconds`, 50)}, ${rank(`${state}_office_seconds`, 50)},
          ${rank(`${state}_seconds`, 90)}, ${rank(`${state}_office_seconds`, 90)}
        from tickets where state_category = 'resolved' group by all
      ), shown as (
        select category, type, tickets, p50_seconds, p50_office_seconds, p90_seconds, p90_office_seconds
        from ticket_state_times where state_category = '${state}'
      )
      (from measured except from shown) union all (from shown except from measured)`,
    }),
  ),
];
