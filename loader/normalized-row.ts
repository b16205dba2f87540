/** The columns of the normalized schema, in the order that is promised. */
export const normalizedColumns = [
  "conversation_id",
  "contact_id",
  "contact_email",
  "company_id",
  "created_at",
  "closed_at",
  "state",
  "tags",
  "rating",
  "rating_remark",
  "message_count",
  "time_to_first_reply_seconds",
  "time_to_resolution_seconds",
  "first_message_body",
] as const;

/** One row of `export`: texts, whole numbers, times as ISO 8601 in UTC, tags as an array, null. */
export type NormalizedRow = Readonly<
  Record<(typeof normalizedColumns)[number], string | number | readonly string[] | null>
>;
