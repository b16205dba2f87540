/** A text, a number, a truth, or nothing. */
export type Cell = string | number | boolean | null;

/** Rows as the page carries them: the columns' names once, then each row's cells in their order. */
export type Table<Column extends string = string> = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
};

/** A row by its columns. */
export type Row<Column extends string = string> = Readonly<Record<Column, Cell>>;

/** The rows of a table by column. */
export function rowsOf<Column extends string>({ columns, rows }: Table<Column>): Row<Column>[] {
  return rows.map((cells) => {
    const row: Partial<Record<Column, Cell>> = {};
    columns.forEach((column, index) => {
      row[column] = cells[index] ?? null;
    });
    return row as Row<Column>;
  });
}
