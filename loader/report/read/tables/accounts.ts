import { type TableQuery, window } from "./query.ts";

const accountsMax = 50;
/** Of each group, those that pay most. */
const payingMax = 10;
/** Of each team or channel: the page has some hundred of these groups. */
const companiesOfGroupMax = 15;

export const accountTables = {
  companies: {
    columns: {
      ...window,
      company_name: "text",
      plan_name: "text",
      monthly_spend: "number",
      new_conversations: "number",
      reopened: "number",
      ratings: "number",
      csat: "number",
      first_replies: "number",
      p50_time_to_first_reply_seconds: "number",
      p50_time_to_first_reply_office_seconds: "number",
      open_conversations: "number",
      last_conversation_at: "time",
      place: "number",
      spend_place: "number",
    },
    from: (mart) =>
      `(select windows.*, now.open_conversations, now.last_conversation_at,
         row_number() over (
           partition by windows.workspace_id, windows.window_weeks, windows.team_id, windows.channel
           order by windows.new_conversations desc, windows.company_id
         ) as place,
         row_number() over (
           partition by windows.workspace_id, windows.window_weeks, windows.team_id, windows.channel
           order by coalesce(windows.monthly_spend, 0) desc, windows.company_id
         ) as spend_place
         from ${mart("company_windows")} as windows
         left join ${mart("company_metrics")} as now
           on windows.workspace_id = now.workspace_id and windows.company_id = now.company_id
         where windows.new_conversations > 0) as companies
       where place <= case when grouped_by = 'total' then ${accountsMax} else ${companiesOfGroupMax} end
         or (spend_place <= ${payingMax} and monthly_spend > 0)
       order by workspace_id, window_weeks, team_id, channel, place`,
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
} satisfies Readonly<Record<string, TableQuery>>;
