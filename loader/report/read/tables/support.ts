import { type TableQuery, window } from "./query.ts";

/** More conversations than this can't be worked through in a page. */
const waitingMax = 300;
const teammatesMax = 50;

export const supportTables = {
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
      ...window,
      teammate_name: "text",
      team_names: "texts",
      replies: "number",
      first_replies: "number",
      p50_time_to_first_reply_seconds: "number",
      p50_time_to_first_reply_office_seconds: "number",
      p50_time_to_reply_seconds: "number",
      p50_time_to_reply_office_seconds: "number",
      closed: "number",
      ratings: "number",
      csat: "number",
      ratings_requested: "number",
      rating_response_rate: "number",
      assigned_open_conversations: "number",
      assigned_waiting_conversations: "number",
    },
    from: (mart) =>
      `(select windows.*, now.team_names, now.assigned_open_conversations, now.assigned_waiting_conversations,
         row_number() over (
           partition by windows.workspace_id, windows.window_weeks, windows.team_id, windows.channel
           order by windows.replies desc, windows.closed desc, windows.teammate_id
         ) as place
         from ${mart("teammate_windows")} as windows
         left join ${mart("teammate_metrics")} as now
           on windows.workspace_id = now.workspace_id and windows.teammate_id = now.teammate_id) as teammates
       where place <= ${teammatesMax} order by workspace_id, window_weeks, team_id, channel, place`,
    people: ["teammate_name"],
  },
} satisfies Readonly<Record<string, TableQuery>>;
