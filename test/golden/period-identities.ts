import { grains, rank } from "./grains.ts";
import type { Identity } from "./identities.ts";

/** Columns of a mart of periods that are no counts. */
const noCounts = "^(p50_|p90_|average_|is_|team_|teammate_|tag_|company_|workspace_id)|csat$|_rate$";

/** Each count of a mart by its name; `keys` are the columns that say of what it is. */
function countsOf(mart: string, keys: readonly string[], where = "true"): string {
  const names = keys.join(", ");
  return `(unpivot (
    select ${names}, columns(name -> not regexp_matches(name, '${noCounts}') and not list_contains(['${keys.join("', '")}', 'channel', 'grouped_by', 'day'], name))
    from ${mart} where ${where}
  ) on columns(* exclude (${names})) into name figure value counted)`;
}

const periods = [
  { period: "week", mart: "support_weekly" },
  { period: "month", mart: "support_monthly" },
] as const;

/** Rules of weeks, months and the other marts of periods; days are in UTC. */
export const periodIdentities: readonly Identity[] = [
  ...periods.flatMap(({ period, mart }): Identity[] => [
    ...grains.map(({ figure, n, rows }): Identity => {
      const columns = `p50_${figure}_seconds, p50_${figure}_office_seconds, p90_${figure}_seconds, p90_${figure}_office_seconds`;
      const figures = `count(*), ${[50, 90].map((percent) => `${rank("seconds", percent)}, ${rank("office_seconds", percent)}`).join(", ")}`;
      return {
        rule: `a ${period}'s ${figure} is what its own rows of the grain say, in all and by channel`,
        broken: `with grain as (${rows}), measured as (
          select date_trunc('${period}', done_at)::date as ${period}, 'all' as channel, ${figures} from grain group by all
          union all select date_trunc('${period}', done_at)::date, channel, ${figures} from grain group by all
        )
        from measured except select ${period}, channel, ${n}, ${columns} from ${mart} where grouped_by <> 'team'`,
      };
    }),
    {
      rule: `the teams of a ${period}, and its channels, add up to all`,
      broken: `with added as (
          select ${period}, grouped_by, figure, sum(counted) as counted from ${countsOf(mart, [period, "grouped_by"])} group by all
        )
        select ${period}, figure from added group by all having count(distinct counted) > 1 or count(*) <> 3`,
    },
    {
      rule: `the days of a ${period} add up to it; its backlog is that of its last day`,
      broken: `with days as (
          select date_trunc('${period}', day)::date as ${period}, figure, sum(counted) as counted
          from ${countsOf("support_daily", ["day"])} where not starts_with(figure, 'backlog') group by all
          union all
          select date_trunc('${period}', day)::date, figure, sum(counted) from ${countsOf("support_daily", ["day"])}
          where starts_with(figure, 'backlog')
            and day in (select max(day) from support_daily group by date_trunc('${period}', day)) group by all
        ), whole as (
          select ${period}, figure, counted from ${countsOf(mart, [period], "grouped_by = 'total'")}
        )
        (from days except from whole) union all (from whole except from days)`,
    },
    {
      rule: `a ${period} is compared with the one before, figure by figure`,
      broken: `with figures as (
          unpivot (
            select ${period}, grouped_by, team_id, channel, columns(name -> not regexp_matches(name, '^(is_|team_|workspace_id)')
              and not list_contains(['${period}', 'grouped_by', 'channel'], name))::double
            from ${mart} where is_whole
          ) on columns(* exclude (${period}, grouped_by, team_id, channel)) into name metric value value
        ), compared as (
          select period_start, grouped_by, team_id, channel, metric, value, previous_value, n, change, change_share
          from period_comparison where period = '${period}'
        )
        select compared.period_start, compared.metric from compared
        left join figures as now on now.${period} = period_start and now.grouped_by = compared.grouped_by
          and now.team_id = compared.team_id and now.channel = compared.channel and now.metric = compared.metric
        left join figures as before on before.${period} = (period_start - interval 1 ${period})::date and before.grouped_by = compared.grouped_by
          and before.team_id = compared.team_id and before.channel = compared.channel and before.metric = compared.metric
        where (compared.value, compared.previous_value) is distinct from (now.value, before.value)
          or change is distinct from now.value - before.value or change_share is distinct from change / nullif(before.value, 0)
          or (n = 0) <> (compared.value is null)`,
    },
    {
      rule: `each whole ${period} but a group's first is compared, and only whole ones are`,
      broken: `with expected as (
          select ${period}, grouped_by, team_id, channel from ${mart} where is_whole
          qualify row_number() over (partition by grouped_by, team_id, channel order by ${period}) > 1
        ), compared as (
          select distinct period_start, grouped_by, team_id, channel from period_comparison where period = '${period}'
        )
        (from expected except from compared) union all (from compared except from expected)`,
    },
  ]),
  {
    rule: "the days of teammates add up to the teammates",
    broken: `with days as (
        select teammate_id, sum(messages) as messages, sum(notes) as notes, sum(closes) as closes, sum(replies) as replies,
          sum(first_replies) as first_replies, sum(resolutions) as resolutions, sum(ratings) as ratings, sum(ratings_satisfied) as satisfied
        from teammate_daily group by all
      )
      from days except select teammate_id, messages, notes, closes, replies, first_replied_conversations, closed_conversations,
        ratings_answered, ratings_satisfied from teammate_metrics`,
  },
  {
    rule: "who is idle in all days did nothing in all",
    broken: `select teammate_id from teammate_metrics where teammate_id not in (select teammate_id from teammate_daily)
      and (messages, notes, closes, replies, first_replied_conversations, closed_conversations, ratings_answered) <> (0, 0, 0, 0, 0, 0, 0)`,
  },
  {
    rule: "a day of a teammate is of conversations that the teammate took part in",
    broken: `with days as (select teammate_id, sum(conversations_taken_part_in) as days_in, max(conversations_taken_part_in) as most from teammate_daily group by all)
      select teammate_id from days inner join teammate_metrics using (teammate_id)
      where days_in < conversations_taken_part_in or most > conversations_taken_part_in`,
  },
  {
    rule: "the days of tags, and the months of companies, add up to their conversations, ratings and messages",
    broken: `with counted as (
        select 'tag' as whose, tag_id as id, sum(created) as created, sum(ratings) as ratings, null as messages from tag_daily group by all
        union all
        select 'company', company_id, sum(created), sum(ratings), sum(customer_messages + teammate_messages) from company_monthly group by all
      ), whole as (
        select 'tag' as whose, tag_id as id, conversations, ratings_answered, null from tag_metrics
        union all
        select 'company', company_id, conversations, ratings_answered, customer_messages + teammate_messages from company_metrics
      )
      from counted except from whole`,
  },
];
