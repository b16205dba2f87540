import { DuckDBInstance } from "@duckdb/node-api";

const rowsShown = 5;
const textCharactersMax = 42;

/** The five newest conversations that have a rating and a reply, under short names so that a row fits a line. */
const conversations = `
  select conversation_id, state, tags, rating, message_count as messages,
    time_to_first_reply_seconds as first_reply_seconds, first_message_body
  from intercom.conversations
  where rating is not null and time_to_first_reply_seconds is not null
  order by created_at desc, conversation_id
  limit ${rowsShown}`;

/** The newest resolved tickets, and the time that each spent in two of its states. */
const tickets = `
  select inbox_number as number, category, type, time_to_resolution_seconds as resolution_seconds,
    in_progress_seconds, waiting_on_customer_seconds as waiting_seconds, title
  from intercom.tickets
  where resolved_at is not null and waiting_on_customer_seconds > 0
  order by created_at desc, ticket_id
  limit ${rowsShown}`;

/** The newest rows of two marts, each as a table of text. The file must not be open for writing. */
export async function newestRows(
  duckdbPath: string,
): Promise<{ readonly conversations: string; readonly tickets: string }> {
  const instance = await DuckDBInstance.create(duckdbPath, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const shown = async (sql: string): Promise<string> => {
      const result = await connection.runAndReadAll(sql);
      return aligned([result.columnNames(), ...result.getRowsJson().map((row) => row.map(cell))]);
    };
    return { conversations: await shown(conversations), tickets: await shown(tickets) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "").replaceAll(/\s+/g, " ");
  return text.length > textCharactersMax ? `${text.slice(0, textCharactersMax - 1)}…` : text;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
