import type { TableQuery } from "./query.ts";

export const ticketTables = {
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
} satisfies Readonly<Record<string, TableQuery>>;
