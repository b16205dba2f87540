import type { RawTableName } from "../load/raw-tables.ts";

/** How an engine writes what the two write differently. */
export type PurgeDialect = {
  /** Full name of a table. */
  readonly table: (schema: string, name: string) => string;
  readonly textType: string;
  /** A text as a literal. */
  readonly text: (value: string) => string;
  /** What a JSON column has at a path, as text. */
  readonly jsonText: (column: string, path: string) => string;
  /** A JSON column as its text. */
  readonly jsonWhole: (column: string) => string;
  /** A text as JSON. */
  readonly json: (text: string) => string;
  /** A relation of `_workspace_id`, `id` and, as `name`, each of the ids in the array at a path of a table's payload. */
  readonly eachId: (table: string, path: string, name: string) => string;
  /** A text in which each match of a pattern is another text; a pattern has no `'`. */
  readonly replaced: (text: string, pattern: string, by: string) => string;
  /** A relation of what matches a pattern in a text, as `name`. */
  readonly eachMatch: (text: string, pattern: string, name: string) => string;
  /** Whether a value is among what matches a pattern in a text. */
  readonly isMatch: (value: string, text: string, pattern: string) => string;
};

type Raw = (name: RawTableName) => string;

/** Who and what a person names, beside what Intercom lists as deleted. */
export type Named = {
  /** Ids or e-mail addresses of contacts. */
  readonly contacts: readonly string[];
  /** Ids of conversations. */
  readonly conversations: readonly string[];
};

/** An address as it is given, and as other programs write the same letters (é is one sign, or two). */
export function addressForms(address: string): readonly string[] {
  return [...new Set([address, address.normalize("NFC"), address.normalize("NFD")])];
}

const customerTypes = "('user', 'lead', 'contact', 'visitor')";

/**
 * The plan of a purge, a relation of kind, workspace_id, id, is_alive: a `conversation` or `contact` that is to go
 * (`is_alive`: Intercom does not say that it is deleted), an `address` of such a contact in lower case, or a `distinct_id` that
 * PostHog may know it by. It has all conversations that Intercom lists as deleted, and what belongs to what is named.
 * @param unfinished a relation with the plan of a purge that was stopped
 * @param participants a query of what `participantsSql` gives
 */
export function planSql(
  dialect: PurgeDialect,
  raw: Raw,
  { contacts, conversations }: Named,
  unfinished: string | undefined,
  participants: string,
): string {
  const isWithContacts = contacts.length > 0;
  const ctes = [...deletions(raw), ...(isWithContacts ? persons(dialect, raw, contacts, participants) : [])];
  const found = [
    "select 'conversation' as kind, workspace_id, id, false as is_alive from gone",
    ...(isWithContacts ? ofPersons : []),
    ...(conversations.length > 0 ? [byId(dialect, raw, conversations)] : []),
    ...(unfinished === undefined ? [] : [`select kind, workspace_id, id, is_alive from ${unfinished}`]),
  ];
  // What was alive when a purge was stopped may have been deleted since.
  return `with ${ctes.join(",\n")}
    select kind, workspace_id, id, min(case when is_alive then 1 else 0 end) = 1 as is_alive
    from (${found.join("\nunion all\n")}) as found where id is not null group by kind, workspace_id, id`;
}

/**
 * Listed as deleted, and not retrieved since. A 404 alone (`deleted_at` null) is no deletion: a token that has lost a
 * permission gets it for what is there, and what a purge takes is gone for good. The models leave such a conversation out,
 * and show it again when it comes back.
 */
function deletions(raw: Raw): readonly string[] {
  const complete = `_load_id in (select _load_id from ${raw("_loads")} where status = 'complete')`;
  return [
    `deletions as (
      select _workspace_id, id, max(deleted_at) as deleted_at
      from ${raw("deleted_conversations")} where deleted_at is not null and ${complete} group by _workspace_id, id
    )`,
    `retrieved as (
      select _workspace_id, id, max(_fetched_at) as fetched_at
      from ${raw("conversations")} where ${complete} group by _workspace_id, id
    )`,
    `gone as (
      select deletions._workspace_id as workspace_id, deletions.id from deletions
      left join retrieved on retrieved._workspace_id = deletions._workspace_id and retrieved.id = deletions.id
      where retrieved.fetched_at is null or deletions.deleted_at >= retrieved.fetched_at
    )`,
  ];
}

/** Conversations that are named by id, in whatever workspace something of them is stored. */
function byId({ text }: PurgeDialect, raw: Raw, ids: readonly string[]): string {
  const among = ids.map(text).join(", ");
  const stored = (table: RawTableName, column: string, condition = "true"): string =>
    `select _workspace_id as workspace_id, ${column} as id from ${raw(table)} where ${column} in (${among}) and ${condition}`;
  const everywhere = [
    stored("conversations", "id"),
    stored("conversation_parts", "conversation_id"),
    stored("deleted_conversations", "id"),
    stored("_rejected", "record_id", "stream = 'conversations'"),
  ];
  return `select 'conversation', named.workspace_id, named.id, gone.id is null
    from (${everywhere.join("\nunion distinct\n")}) as named
    left join gone on gone.workspace_id = named.workspace_id and gone.id = named.id`;
}

/** From an id to the addresses that it ever had, to the ids that ever had one of those, and so on, this often. */
const linksMax = 3;

/**
 * Who is meant, and in which conversations he took part. A person is known by what contacts and messages say of him, now or
 * in an earlier version: all ids that share an address with one of the given contacts, or with one that does. An author who
 * has an address and no id is known by that.
 */
function persons(
  { text, jsonText, textType }: PurgeDialect,
  raw: Raw,
  given: readonly string[],
  participants: string,
): string[] {
  const among = given.map(text).join(", ");
  const amongAddresses = given
    .flatMap(addressForms)
    .map((form) => `lower(${text(form)})`)
    .join(", ");
  const payload = (path: string): string => jsonText("rows_seen.payload", path);
  return [
    `contact_versions as (
      select rows_seen._workspace_id as workspace_id, rows_seen.id, nullif(lower(${payload("$.email")}), '') as email,
        nullif(${payload("$.external_id")}, '') as external_id, coalesce(${payload("$.deleted")}, '') = 'true' as is_tombstone,
        row_number() over (
          partition by rows_seen._workspace_id, rows_seen.id order by rows_seen._fetched_at desc, rows_seen._loaded_at desc
        ) = 1 as is_newest
      from ${raw("contacts")} as rows_seen
    )`,
    `participants as (${participants})`,
    `known as (
      select workspace_id, id, email from contact_versions
      union distinct
      select workspace_id, contact_id, email from participants where email is not null
      union distinct
      select workspace_id, contact_id, cast(null as ${textType}) from participants where contact_id in (${among})
    )`,
    ...linked(`select distinct workspace_id, id from known where id in (${among}) or email in (${amongAddresses})`),
    `own_conversations as (
      select distinct participants.workspace_id, participants.conversation_id from participants
      inner join persons on persons.workspace_id = participants.workspace_id and persons.id = participants.contact_id
    )`,
    `newest_contacts as (select workspace_id, id, is_tombstone from contact_versions where is_newest)`,
    // A lead that was merged into the contact has no address, maybe, but wrote in the same conversation and is gone since.
    `going as (
      select workspace_id, id from persons
      union distinct
      select participants.workspace_id, participants.contact_id from participants
      inner join own_conversations
        on own_conversations.workspace_id = participants.workspace_id
        and own_conversations.conversation_id = participants.conversation_id
      inner join newest_contacts
        on newest_contacts.workspace_id = participants.workspace_id and newest_contacts.id = participants.contact_id
      where newest_contacts.is_tombstone
    )`,
  ];
}

/**
 * Who took part in which conversation, as queries of workspace_id, conversation_id, contact_id, email, each row once: the many
 * messages of a thread have few authors.
 */
export function participantsSql({ jsonText, eachId, textType }: PurgeDialect, raw: Raw): readonly string[] {
  const payload = (path: string): string => jsonText("rows_seen.payload", path);
  const author = (table: RawTableName, conversation: string, path: string): string =>
    `select distinct rows_seen._workspace_id as workspace_id, rows_seen.${conversation} as conversation_id,
       coalesce(${payload(`${path}.id`)}, lower(${payload(`${path}.email`)})) as contact_id, lower(${payload(`${path}.email`)}) as email
     from ${raw(table)} as rows_seen where ${payload(`${path}.type`)} in ${customerTypes}`;
  const ratedBy = payload("$.conversation_rating.contact.id");
  return [
    `select distinct rows_seen._workspace_id as workspace_id, rows_seen.id as conversation_id, contact_id, cast(null as ${textType}) as email
     from ${eachId(raw("conversations"), "$.contacts.contacts", "contact_id")} as rows_seen`,
    author("conversations", "id", "$.source.author"),
    `select distinct rows_seen._workspace_id as workspace_id, rows_seen.id as conversation_id, ${ratedBy} as contact_id,
       cast(null as ${textType}) as email
     from ${raw("conversations")} as rows_seen where ${ratedBy} is not null`,
    author("conversation_parts", "conversation_id", "$.author"),
  ];
}

/** The relations `persons` and `addresses`, from those persons who are given. */
function linked(given: string): readonly string[] {
  const ctes = [`persons_0 as (${given})`];
  for (let link = 1; link <= linksMax; link += 1)
    ctes.push(
      `addresses_${link} as (
        select distinct known.email from known
        inner join persons_${link - 1} as before on before.workspace_id = known.workspace_id and before.id = known.id
        where known.email is not null and known.email <> ''
      )`,
      `persons_${link} as (
        select workspace_id, id from persons_${link - 1}
        union distinct
        select workspace_id, id from known where email in (select email from addresses_${link})
      )`,
    );
  return [
    ...ctes,
    `persons as (select workspace_id, id from persons_${linksMax})`,
    `addresses as (select email from addresses_${linksMax})`,
  ];
}

const ofPersons: readonly string[] = [
  `select 'conversation', own_conversations.workspace_id, own_conversations.conversation_id, gone.id is null
   from own_conversations
   left join gone on gone.workspace_id = own_conversations.workspace_id and gone.id = own_conversations.conversation_id`,
  `select 'contact', going.workspace_id, going.id, coalesce(not newest_contacts.is_tombstone, false) from going
   left join newest_contacts on newest_contacts.workspace_id = going.workspace_id and newest_contacts.id = going.id`,
  "select 'address', '', email, false from addresses",
  `select 'distinct_id', contact_versions.workspace_id, contact_versions.external_id, false from contact_versions
   inner join persons on persons.workspace_id = contact_versions.workspace_id and persons.id = contact_versions.id`,
];
