import type { SqlDialect } from "../sql.ts";
import type { NameOf } from "./tables.ts";
import { addressForms } from "./texts-sql.ts";

/** From an id to all its addresses, to all ids that ever had one of them, and so on: so many times. */
const linksMax = 3;

/**
 * Who is meant, and in which conversations and tickets they took part, as common table expressions over `facts` and
 * `tickets_seen`. A person has every id that shares an address with a given contact, or with such an id. Contacts and messages
 * name the addresses, in any stored version. An author who has an address and no id is known by the address.
 * @param given ids or addresses
 */
export function personCtes(
  { text, jsonText, textType }: SqlDialect,
  raw: NameOf,
  given: readonly string[],
): readonly string[] {
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
    `participants as (
      select workspace_id, fact as kind, id, other_id as contact_id, email from facts
      where fact in ('conversation', 'ticket', 'contact')
    )`,
    `known as (
      select workspace_id, id, email from contact_versions
      union distinct
      select workspace_id, contact_id, email from participants where email is not null
      union distinct
      select workspace_id, contact_id, cast(null as ${textType}) from participants where contact_id in (${among})
    )`,
    ...linked(`select distinct workspace_id, id from known where id in (${among}) or email in (${amongAddresses})`),
    // A tracker is about many people's conversations, so it stays.
    `own_records as (
      select distinct participants.workspace_id, participants.kind, participants.id from participants
      inner join persons on persons.workspace_id = participants.workspace_id and persons.id = participants.contact_id
      left join tickets_seen
        on participants.kind = 'ticket' and tickets_seen.workspace_id = participants.workspace_id
        and tickets_seen.ticket_id = participants.id
      where participants.id is not null and not coalesce(tickets_seen.is_tracker, false)
    )`,
    `newest_contacts as (select workspace_id, id, is_tombstone from contact_versions where is_newest)`,
    // A lead that was merged into the contact may have no address, but wrote in the same conversation and is gone since.
    `going as (
      select workspace_id, id from persons
      union distinct
      select participants.workspace_id, participants.contact_id from participants
      inner join own_records
        on own_records.workspace_id = participants.workspace_id
        and own_records.kind = participants.kind and own_records.id = participants.id
      inner join newest_contacts
        on newest_contacts.workspace_id = participants.workspace_id and newest_contacts.id = participants.contact_id
      where newest_contacts.is_tombstone
    )`,
  ];
}

/** What the plan has of the persons: queries over the expressions above and `deleted`. */
export const plannedOfPersons: readonly string[] = [
  `select 'conversation', own_records.workspace_id, own_records.id, deleted.id is null from own_records
   left join deleted on deleted.workspace_id = own_records.workspace_id and deleted.id = own_records.id
   where own_records.kind = 'conversation'`,
  `select 'ticket', own_records.workspace_id, own_records.id, not coalesce(tickets_seen.is_gone, false) from own_records
   left join tickets_seen
     on tickets_seen.workspace_id = own_records.workspace_id and tickets_seen.ticket_id = own_records.id
   where own_records.kind = 'ticket'`,
  `select 'contact', going.workspace_id, going.id, coalesce(not newest_contacts.is_tombstone, false) from going
   left join newest_contacts on newest_contacts.workspace_id = going.workspace_id and newest_contacts.id = going.id`,
  "select 'address', '', email, false from addresses",
  `select 'distinct_id', contact_versions.workspace_id, contact_versions.external_id, false from contact_versions
   inner join persons on persons.workspace_id = contact_versions.workspace_id and persons.id = contact_versions.id`,
];

/** The relations `persons` and `addresses`, from the given persons. */
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
