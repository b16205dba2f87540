/** Nearest rank, written in another way than the models do it. */
export function rank(values: string, percent: number): string {
  return `list_sort(list(${values}) filter (${values} is not null))[ceil(count(${values}) * ${percent} / 100.0)::bigint]`;
}

/** The grains that percentiles of a period are of, each with its instant and its duration, without what was merged away. */
export const grains: readonly { readonly figure: string; readonly n: string; readonly rows: string }[] = [
  {
    figure: "time_to_reply",
    n: "replies",
    rows: `select ended_at as done_at, coalesce(channel, 'unknown') as channel, wait_seconds as seconds, wait_office_seconds as office_seconds
      from conversation_replies where ended_by = 'reply'`,
  },
  {
    figure: "time_to_first_reply",
    n: "first_replies",
    rows: `select first_reply_at as done_at, coalesce(channel, 'unknown') as channel, time_to_first_reply_seconds as seconds,
        time_to_first_reply_office_seconds as office_seconds
      from conversation_metrics where first_reply_at is not null and not is_merged_away`,
  },
  {
    figure: "time_to_resolution",
    n: "customer_resolutions",
    rows: `select closed_at as done_at, coalesce(channel, 'unknown') as channel, time_to_resolution_after_customer_seconds as seconds,
        time_to_resolution_after_customer_office_seconds as office_seconds
      from conversation_metrics where time_to_resolution_after_customer_seconds is not null and not is_merged_away`,
  },
];
