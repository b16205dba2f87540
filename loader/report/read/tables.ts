import { accountTables } from "./tables/accounts.ts";
import { churnTables } from "./tables/churn.ts";
import { feedbackTables } from "./tables/feedback.ts";
import { healthTables } from "./tables/health.ts";
import type { TableQuery } from "./tables/query.ts";
import { supportTables } from "./tables/support.ts";
import { ticketTables } from "./tables/tickets.ts";

/** The tables that the page shows as a mart has them, each in the file of its tab. */
const queries = {
  ...supportTables,
  ...accountTables,
  ...churnTables,
  ...feedbackTables,
  ...ticketTables,
  ...healthTables,
};

/** Tables that are shown as they are, or drawn by one chart. */
export type TableName = keyof typeof queries;

export const tableQueries: Readonly<Record<TableName, TableQuery>> = queries;
