import type { RawTableName } from "../load/raw-tables.ts";
import { eachAddress, eachQuoted, isOf, isPlanned, PurgeFindingsSql } from "./findings-sql.ts";
import { type Named, type PurgeDialect, participantsSql, planSql } from "./plan-sql.ts";

/** A table of the marts or below them, with what it can be searched by. */
export type BuiltTable = { readonly schema: string; readonly name: string; readonly columns: ReadonlySet<string> };

/** Rows of one table that are to go, or to lose what they say. */
export type Removal = {
  readonly schema: string;
  readonly table: string;
  /** What is assigned to columns where the row stays with its id; undefined where it goes. */
  readonly assignments: string | undefined;
  /** A condition on the table as `each_row`. */
  readonly where: string;
};

/** Says of a row that its content is gone. */
const purged = "purged";
/** What Intercom says of a deleted conversation, by its published description. There should be nothing else. */
const plainFields =
  '"(type|object|id|noticed_by)":"[^"]*"|"(metrics_retained|deleted)":(true|false)|"deleted_at":[0-9]+|[{},: ]|null';

/** What a purge removes, by its plan (`planSql`): the same statements on each engine but for its dialect. */
export class PurgeSql {
  readonly #dialect: PurgeDialect;
  readonly #rawDataset: string;

  constructor(dialect: PurgeDialect, rawDataset: string) {
    this.#dialect = dialect;
    this.#rawDataset = rawDataset;
  }

  /** Who took part in which conversation, as queries of the same columns. */
  participants(): readonly string[] {
    return participantsSql(this.#dialect, (name) => this.#raw(name));
  }

  /** @param participants a query of them, where they have been stored; all of the above unless given */
  plan(named: Named, unfinished: string | undefined, participants?: string): string {
    const among = participants ?? this.participants().join("\nunion all\n");
    return planSql(this.#dialect, (name) => this.#raw(name), named, unfinished, among);
  }

  /** What is to go of the tables that are there. What other rows are found through comes after those, `_activations` last. */
  removals(plan: string, tables: readonly BuiltTable[]): readonly Removal[] {
    const isThere = (name: string): boolean =>
      tables.some((table) => table.schema === this.#rawDataset && table.name === name);
    const raw = [...this.#rawRemovals(plan), this.#activationRemoval(plan)].filter(({ table }) => isThere(table));
    return [...this.#builtRemovals(plan, tables), ...raw];
  }

  /** Of built tables, found by their columns. */
  #builtRemovals(plan: string, tables: readonly BuiltTable[]): readonly Removal[] {
    return tables.flatMap(({ schema, name, columns }) => {
      if (schema === this.#rawDataset) return [];
      const where = this.#isBuiltOf(plan, columns);
      return where === undefined ? [] : [{ schema, table: name, assignments: undefined, where }];
    });
  }

  #rawRemovals(plan: string): readonly Removal[] {
    const { jsonText } = this.#dialect;
    const contact = (which: string): string =>
      isPlanned(plan, "contact", "each_row._workspace_id", "each_row.id", `and ${which}`);
    const isTombstone = `coalesce(${jsonText("each_row.payload", "$.deleted")}, '') = 'true'`;
    return [
      {
        ...this.#of("_rejected", `payload = null, reason = '${purged}'`),
        where: `each_row.reason <> '${purged}' and (${this.#isRejectedOf(plan)})`,
      },
      { ...this.#of("conversation_parts"), where: isOf(plan, "each_row.conversation_id") },
      { ...this.#of("conversations"), where: isOf(plan, "each_row.id") },
      // The tombstone stays that is the newest row: it has the id alone, and a build in full would miss it.
      {
        ...this.#of("contacts"),
        where: `${contact("is_alive")} or (${contact("not is_alive")} and not ${isTombstone})`,
      },
      this.#deletedConversations(plan),
    ];
  }

  /** Who was told what stays, so that nothing is told twice, but not by which name of the person. */
  #activationRemoval(plan: string): Removal {
    return {
      ...this.#of("_activations", `distinct_id = null, reason = '${purged}'`),
      where: `coalesce(each_row.reason, '') <> '${purged}' and (${isToldOf(plan)})`,
    };
  }

  /** Events that a destination was told of, or may have been, and that no purge has named yet. */
  told(plan: string): string {
    return `with steps as (
        select each_row.destination, each_row.target, each_row.event_uuid, each_row.step, each_row.state,
          each_row.distinct_id, each_row.sent_id, each_row.reason, each_row._loaded_at
        from ${this.#raw("_activations")} as each_row where ${isToldOf(plan)}
      ), newest as (
        select destination, target, event_uuid, step, state, reason from steps where true
        qualify row_number() over (partition by destination, target, event_uuid order by step desc, _loaded_at desc) = 1
      )
      select newest.destination as destination, newest.target as target, newest.event_uuid as event_uuid,
        max(steps.distinct_id) as distinct_id, max(steps.sent_id) as sent_id
      from newest inner join steps
        on steps.destination = newest.destination and steps.target = newest.target and steps.event_uuid = newest.event_uuid
      where coalesce(newest.reason, '') <> '${purged}' and coalesce(steps.reason, '') <> '${purged}'
        and (steps.state = 'confirmed' or newest.state = 'sent')
      group by newest.destination, newest.target, newest.event_uuid
      order by 1, 2, 4, 3`;
  }

  /** The number of rows of each removal, in their order: position, rows. */
  counts(removals: readonly Removal[]): string {
    const each = removals.map(
      ({ schema, table, where }, position) =>
        `select ${position} as position, count(*) as going from ${this.#dialect.table(schema, table)} as each_row where ${where}`,
    );
    return `${each.join("\nunion all\n")} order by position`;
  }

  /** How much is planned: kind, is_alive, number. */
  sizes(plan: string): string {
    return `select kind, is_alive, count(*) as planned from ${plan} group by kind, is_alive order by kind, is_alive`;
  }

  /** What a purge says beside what it removes. */
  get findings(): PurgeFindingsSql {
    return new PurgeFindingsSql(this.#dialect, (name) => this.#raw(name));
  }

  statement({ schema, table, where, assignments }: Removal): string {
    const name = this.#dialect.table(schema, table);
    return assignments === undefined
      ? `delete from ${name} as each_row where ${where}`
      : `update ${name} as each_row set ${assignments} where ${where}`;
  }

  #isBuiltOf(plan: string, columns: ReadonlySet<string>): string | undefined {
    // A list of what is deleted has ids alone: by it nothing comes back.
    if (columns.has("known_deleted_at")) return undefined;
    const workspace = columns.has("workspace_id") ? "each_row.workspace_id" : undefined;
    const conditions: string[] = [];
    if (columns.has("conversation_id"))
      conditions.push(isPlanned(plan, "conversation", workspace, "each_row.conversation_id"));
    else if (columns.has("conversation_part_id"))
      conditions.push(
        `each_row.conversation_part_id in (
           select parts.id from ${this.#raw("conversation_parts")} as parts
           where ${isPlanned(plan, "conversation", "parts._workspace_id", "parts.conversation_id")}
         )`,
      );
    // A row that says of which conversation it is goes with that alone: its contact may be somebody else, who took part in
    // another one and is gone from Intercom since.
    if (conditions.length > 0) return conditions.join(" or ");
    // The row of a contact that is gone from Intercom has nothing but its id: a build in full would have it, too.
    const isKept = columns.has("is_deleted") ? " and not each_row.is_deleted" : "";
    for (const column of ["contact_id", "customer_id", "tagged_id"])
      if (columns.has(column))
        conditions.push(`(${isPlanned(plan, "contact", workspace, `each_row.${column}`)}${isKept})`);
    return conditions.length === 0 ? undefined : conditions.join(" or ");
  }

  /**
   * By its id, or by an id or address in what was sent. A part does not say which conversation it is of, only in which load it
   * came: it is taken for one of any conversation that goes and came in the same.
   */
  #isRejectedOf(plan: string): string {
    const whole = (row: string): string => `coalesce(${this.#dialect.jsonWhole(`${row}.payload`)}, '')`;
    // What has no id is told apart by what it says.
    const key = (row: string): string =>
      `concat(${row}._load_id, '/', ${row}.stream, '/', coalesce(${row}.record_id, ''), '/', ${whole(row)})`;
    const isSameWorkspace = "planned.workspace_id = rejected._workspace_id";
    const found = (relations: string, condition: string): string =>
      `select ${key("rejected")} from ${this.#raw("_rejected")} as rejected ${relations}
       inner join ${plan} as planned on ${condition} where rejected.reason <> '${purged}'`;
    const ids = `cross join ${eachQuoted(this.#dialect, whole("rejected"), "quoted_text")}`;
    const addresses = `cross join ${eachAddress(this.#dialect, whole("rejected"), "address")}`;
    return `${key("each_row")} in (
        ${found("", `${isSameWorkspace} and rejected.record_id = planned.id and rejected.stream = concat(planned.kind, 's')`)}
        union all
        ${found(ids, `${isSameWorkspace} and planned.kind in ('conversation', 'contact') and quoted_text = concat('"', planned.id, '"')`)}
        union all
        ${found(addresses, `planned.kind = 'address' and address = planned.id`)}
      ) or (each_row.stream = 'conversation_parts' and each_row._load_id in (
        select loaded._load_id from ${this.#raw("conversations")} as loaded
        where ${isPlanned(plan, "conversation", "loaded._workspace_id", "loaded.id")}
      ))`;
  }

  /** The id stays, by which nothing brings the conversation back; anything beside what Intercom publishes goes. */
  #deletedConversations(plan: string): Removal {
    const { jsonText, jsonWhole, json, replaced } = this.#dialect;
    const retained = jsonText("each_row.payload", "$.metrics_retained");
    const idAlone = `concat('{"type":"conversation","id":"', each_row.id, '"',
      case when ${retained} in ('true', 'false') then concat(',"metrics_retained":', ${retained}) else '' end, '}')`;
    return {
      ...this.#of("deleted_conversations", `payload = ${json(idAlone)}`),
      where: `${isOf(plan, "each_row.id")} and ${replaced(`coalesce(${jsonWhole("each_row.payload")}, '')`, plainFields, "")} <> ''`,
    };
  }

  #of(table: RawTableName, assignments?: string): Omit<Removal, "where"> {
    return { schema: this.#rawDataset, table, assignments };
  }

  #raw(name: RawTableName): string {
    return this.#dialect.table(this.#rawDataset, name);
  }
}

/** Whether an event is about a conversation that goes, or was told under a name of a contact that does. */
function isToldOf(plan: string): string {
  return `${isOf(plan, "each_row.conversation_id")}
    or concat(each_row._workspace_id, '/', each_row.distinct_id) in (
      select concat(workspace_id, '/', id) from ${plan} where kind in ('contact', 'distinct_id')
    )
    or lower(each_row.distinct_id) in (select id from ${plan} where kind = 'address')`;
}

/** Rows of schema, table and column, a table's after each other → the tables. */
export function tablesOf(rows: readonly (readonly unknown[])[]): readonly BuiltTable[] {
  const columns = Map.groupBy(rows, ([schema, table]) => JSON.stringify([schema, table]));
  return [...columns.values()].map((ofTable) => ({
    schema: String(ofTable[0]?.[0]),
    name: String(ofTable[0]?.[1]),
    columns: new Set(ofTable.map((row) => String(row[2]))),
  }));
}
