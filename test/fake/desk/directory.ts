// Contacts and companies in Intercom's shapes.

import type { JsonObject } from "../json.ts";
import type { Account } from "./accounts.ts";
import { companyId } from "./accounts.ts";
import type { ContactFacts } from "./contacts.ts";

export const WORKSPACE_ID = "tally7x2";
/** Intercom shows so many companies inside a contact; the rest is at /contacts/{id}/companies. */
const COMPANIES_SHOWN_MAX = 10;

/** A contact as GET /contacts/{id} answers. `companyIds` are all of its companies, first one first. */
export function renderContact(
  facts: ContactFacts,
  companyIds: readonly string[],
  attributes: JsonObject = {},
): JsonObject {
  const { id, createdAt, updatedAt } = facts;
  const list = (what: string): JsonObject => ({
    type: "list",
    data: [],
    url: `/contacts/${id}/${what}`,
    total_count: 0,
    has_more: false,
  });
  return {
    type: "contact",
    id,
    workspace_id: WORKSPACE_ID,
    external_id: facts.externalId,
    role: facts.role,
    email: facts.email,
    email_domain: facts.email?.split("@")[1] ?? null,
    phone: null,
    name: facts.name,
    avatar: null,
    owner_id: null,
    social_profiles: { type: "list", data: [] },
    has_hard_bounced: false,
    marked_email_as_spam: false,
    unsubscribed_from_emails: facts.key % 31 === 4,
    created_at: createdAt,
    updated_at: updatedAt,
    signed_up_at: facts.role === "user" ? createdAt : null,
    last_seen_at: updatedAt,
    last_replied_at: null,
    last_contacted_at: null,
    last_email_opened_at: null,
    last_email_clicked_at: null,
    language_override: null,
    browser: "firefox",
    browser_version: "139.0",
    browser_language: "en",
    os: "Linux",
    location: {
      type: "location",
      country: "Germany",
      region: "Berlin",
      city: "Berlin",
      country_code: "DEU",
      continent_code: "EU",
    },
    android_app_name: null,
    android_app_version: null,
    android_device: null,
    android_os_version: null,
    android_sdk_version: null,
    android_last_seen_at: null,
    ios_app_name: null,
    ios_app_version: null,
    ios_device: null,
    ios_os_version: null,
    ios_sdk_version: null,
    ios_last_seen_at: null,
    custom_attributes: { job_role: facts.key % 3 === 0 ? "Bookkeeper" : "Owner", ...attributes },
    tags: list("tags"),
    notes: list("notes"),
    companies: {
      type: "list",
      data: companyIds
        .slice(0, COMPANIES_SHOWN_MAX)
        .map((company) => ({ type: "company", id: company, url: `/companies/${company}` })),
      url: `/contacts/${id}/companies`,
      total_count: companyIds.length,
      has_more: companyIds.length > COMPANIES_SHOWN_MAX,
    },
    opted_out_subscription_types: list("subscriptions"),
    opted_in_subscription_types: list("subscriptions"),
    utm_campaign: null,
    utm_content: null,
    utm_medium: null,
    utm_source: null,
    utm_term: null,
    referrer: null,
    enabled_push_messaging: null,
  };
}

/** An account's company as GET /companies/{id} answers. */
export function renderCompany(account: Account, updatedAt: number, attributes: JsonObject = {}): JsonObject {
  return {
    type: "company",
    company_id: `cust-${account.index + 1}`,
    id: companyId(account.index),
    app_id: WORKSPACE_ID,
    name: account.name,
    remote_created_at: account.startedAt,
    created_at: account.startedAt,
    updated_at: updatedAt,
    last_request_at: updatedAt,
    monthly_spend: account.mrr,
    session_count: account.contacts * 14,
    user_count: account.contacts,
    size: account.contacts * 8,
    website: `https://www.${account.domain}`,
    industry: account.industry,
    tags: { type: "tag.list", tags: [] },
    segments: { type: "segment.list", segments: [] },
    plan: { type: "plan", id: account.plan, name: account.plan },
    custom_attributes: { region: account.index % 3 === 0 ? "EMEA" : "AMER", ...attributes },
  };
}

/** A company that nobody belongs to: POST /companies/list leaves it out. */
export function renderLonelyCompany(index: number, createdAt: number): JsonObject {
  return {
    type: "company",
    company_id: `prospect-${index + 1}`,
    id: lonelyCompanyId(index),
    app_id: WORKSPACE_ID,
    name: `Prospect ${index + 1}`,
    remote_created_at: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    monthly_spend: 0,
    session_count: 0,
    user_count: 0,
    tags: { type: "tag.list", tags: [] },
    segments: { type: "segment.list", segments: [] },
    plan: {},
    custom_attributes: {},
  };
}

export function lonelyCompanyId(index: number): string {
  return `65c0de01${index.toString(16).padStart(16, "0")}`;
}
