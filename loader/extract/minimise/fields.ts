/**
 * What the texts in Intercom's records are, by the name of their member. Whatever is not listed here counts as an attribute:
 * a text that nobody knows is not kept by accident.
 */

export type Kind =
  /** An id, a code, a time, or a name of something that is no person: kept, without e-mail addresses. */
  | "kept"
  | "email"
  /** A person's name. */
  | "name"
  | "phone"
  /** Your own id of a person: kept unless it is an e-mail address or a phone number. */
  | "key"
  /** What only describes a person or a device: left out unless everything is kept. */
  | "personal"
  | "url"
  /** A message or a note, as HTML: it counts as one although its text is left out. */
  | "body"
  /** Anything else that somebody wrote or said, or that was written about it. */
  | "text"
  /** Name and address of a file or a recording. */
  | "file"
  /** A free-form value. */
  | "attribute";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const kept = words(`
  id admin_id app_id author_id contact_id conversation_id evaluator_id help_center_id office_hours_schedule_id id_code last_closed_by_id
  monitor_id object_type_id owner_id parent_id scorecard_id scorecard_version_id side_conversation_id source_contact_id team_id
  ticket_id ticket_type_id previous_ticket_state_id workspace_id away_status_reason_id admin_assignee_id team_assignee_id
  admin_ids team_ids visible_to_team_ids reason_ids parent_ids quick_reply_uuid uuid request_id
  type state part_type role category priority delivered_as initial current source_type last_answer_type resolution_state sla_status
  content_type content_types data_type model person_type call_type direction ended_reason transcript_status consent_type
  distribution_method drop_reason outcome routing_outcome ticket_state previous_ticket_state new_state previous_state mode
  sign_in_method setting_type activity_type app_package_code scorecard_type monitor_type noticed_by
  source_contact_role locale locales default_locale language_override browser_language country region country_code continent_code
  time_zone_name timezone default_timezone audience help_center_audience speaker intro_type
  created_at updated_at initiated_at answered_at ended_at expired_at timestamp applied_at deleted_at evaluated_at
  start_date end_date exception_date exception_type away_status_reason team_name sla_name monitor_name emoji icon
  ticket_type ticket_custom_state_admin_label ticket_custom_state_user_label ticket_type_description ticket_type_emoji
`);

const kinds: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(kept.map((name) => [name, "kept" as const])),
  ...named("email", "email email_address"),
  ...named("name", "name update_by_name"),
  ...named("phone", "phone phone_number formatted_phone"),
  ...named("key", "external_id user_id company_id"),
  ...named(
    "personal",
    `avatar image_url social_profiles city postal_code zip_code latitude longitude ip email_domain job_title message_id
     browser browser_version os os_version user_agent android_app_name android_app_version android_device android_os_version
     android_sdk_version ios_app_name ios_app_version ios_device ios_os_version ios_sdk_version activity_description`,
  ),
  ...named("url", "url referrer"),
  body: "body",
  ...named(
    "text",
    "subject history title remark rating_remark explanation reasoning other_text text summary transcript",
  ),
  ...named("file", "recording_url transcription_url fin_recording_url fin_transcription_url"),
};

function named(kind: Kind, names: string): Readonly<Record<string, Kind>> {
  return Object.fromEntries(words(names).map((name) => [name, kind]));
}

/**
 * Members that mean something else below some others: by name, and by the member that they are in. A name that could be anything's
 * is kept only below what it is known of.
 */
const below: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  name: {
    ...named(
      "kept",
      `companies company tags teams team segments ticket_types ticket_type ticket_states ticket_state ticket_type_attributes attribute
       attributes data_attributes conversation_attributes plan role scorecards evaluators monitor_evaluations office_hours_schedules
       office_hours_exceptions away_status_reasons subscription_types default_translation translations action workflow app event
       topics`,
    ),
    ...named("file", "attachments files"),
    value: "attribute",
    previous: "attribute",
  },
  label: { ...named("kept", "attribute away_status_reasons data_attributes options"), value: "attribute" },
  ...keptBelow("internal_label external_label", "ticket_state ticket_states"),
  description: named(
    "kept",
    "attributes data_attributes ticket_type ticket_types ticket_type_attributes default_translation translations",
  ),
  full_name: named("kept", "data_attributes"),
  options: named("kept", "data_attributes"),
  ...keptBelow("industry website", "companies company"),
  reason: named("kept", "handling_events"),
  result: named("kept", "action event monitor_evaluations"),
  source_title: named("kept", "ai_agent"),
  value: { result: "kept" },
  url: { ...named("file", "attachments files"), ...named("kept", "content_sources companies") },
  title: { content_sources: "kept" },
  source: { result: "kept" },
};

/** Members that are kept below some others. */
function keptBelow(names: string, parents: string): Readonly<Record<string, Readonly<Record<string, Kind>>>> {
  return Object.fromEntries(words(names).map((name) => [name, named("kept", parents)]));
}

/** Members whose whole content is of one kind. */
const whole: Readonly<Record<string, Kind>> = {
  custom_attributes: "attribute",
  ticket_attributes: "attribute",
  collected_data: "attribute",
  transcript: "text",
  avatar: "personal",
  social_profiles: "personal",
};

/** Attributes that hold what somebody wrote, or what was written about it. */
const writtenAttributes: Readonly<Record<string, Kind>> = {
  _default_title_: "text",
  _default_description_: "text",
  "CX Score explanation": "text",
};

/** Attributes that the models read: their texts are names of languages and of Intercom's categories. */
export const attributesOfModels: ReadonlySet<string> = new Set(["language", "ticket category"]);

/** The lists whose records are what you publish: nothing of them is left out. */
export const publicLists: ReadonlySet<string> = new Set(["articles", "collections", "help_centers"]);

/** The kind of everything in a member; undefined where its own members say. */
export function wholeKindOf(name: string): Kind | undefined {
  return Object.hasOwn(whole, name) ? whole[name] : undefined;
}

/** The kind of an attribute's text. */
export function attributeKindOf(name: string): Kind {
  return Object.hasOwn(writtenAttributes, name) ? (writtenAttributes[name] ?? "attribute") : "attribute";
}

/** The kind of a text. @param parent the member that its object is in; lists count as their records do */
export function kindOf(name: string, parent: string): Kind {
  const among = Object.hasOwn(below, name) ? below[name] : undefined;
  if (among !== undefined && Object.hasOwn(among, parent)) return among[parent] ?? "attribute";
  return Object.hasOwn(kinds, name) ? (kinds[name] ?? "attribute") : "attribute";
}
