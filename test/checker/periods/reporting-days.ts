/** The days of a conversation, in UTC: that is the reporting time zone of the demo. Instants in epoch seconds. */
export function dayColumns(createdAt: number, closedAt: number | null): Readonly<Record<string, string | null>> {
  const created = new Date(createdAt * 1000);
  const sinceMonday = (created.getUTCDay() + 6) % 7;
  return {
    created_on: dateText(createdAt),
    created_week: dateText(createdAt - sinceMonday * 86_400),
    created_month: `${dateText(createdAt).slice(0, 7)}-01`,
    closed_on: closedAt === null ? null : dateText(closedAt),
  };
}

function dateText(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 10);
}
