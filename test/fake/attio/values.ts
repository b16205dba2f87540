// Attributes and the values of records: what Attio takes for each type, and gives back.

export type Values = Readonly<Record<string, unknown>>;

export type Attribute = {
  readonly id: { readonly workspace_id: string; readonly object_id: string; readonly attribute_id: string };
  readonly api_slug: string;
  readonly title: string;
  readonly description: string | null;
  readonly type: string;
  readonly is_unique: boolean;
  readonly is_multiselect: boolean;
  readonly is_writable: boolean;
  readonly is_archived: boolean;
  /** Ids of the objects that a link may lead to; empty for all. */
  readonly allowedObjectIds: readonly string[];
};

/** An error as Attio words it. */
export class AttioError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): Values {
    const type = this.status === 401 || this.status === 403 ? "auth_error" : "invalid_request_error";
    return { status_code: this.status, type, code: this.code, message: this.message };
  }
}

/** Values of one attribute as they are stored: texts, numbers, links. */
export type Stored = readonly (string | number | Link | PersonName)[];
export type Link = { readonly target_object: string; readonly target_record_id: string };
export type PersonName = { readonly full_name: string; readonly first_name: string; readonly last_name: string };

/** What a request sends for an attribute → what is stored. @param linkOf checks a link and gives it with the object's slug */
export function storedValues(attribute: Attribute, sent: unknown, linkOf: (link: Values) => Link): Stored {
  const list: readonly unknown[] = Array.isArray(sent) ? sent : sent === null ? [] : [sent];
  if (list.length > 1 && !attribute.is_multiselect) throw typeError(attribute, "takes one value");
  return list.map((value) => storedValue(attribute, value, linkOf));
}

function storedValue(attribute: Attribute, value: unknown, linkOf: (link: Values) => Link): Stored[number] {
  const plain = isObject(value) && "value" in value ? value["value"] : value;
  switch (attribute.type) {
    case "text":
      if (typeof plain === "string") return plain;
      break;
    case "number":
      if (typeof plain === "number") return plain;
      break;
    case "timestamp":
      if (typeof plain === "string" && !Number.isNaN(Date.parse(plain))) return new Date(plain).toISOString();
      break;
    case "email-address": {
      const email = isObject(value) ? value["email_address"] : value;
      if (typeof email === "string" && email.includes("@")) return email.toLowerCase();
      break;
    }
    case "domain": {
      const domain = isObject(value) ? value["domain"] : value;
      if (typeof domain === "string") return domain.toLowerCase();
      break;
    }
    case "personal-name":
      if (isObject(value) && ["first_name", "last_name", "full_name"].every((key) => typeof value[key] === "string"))
        return {
          full_name: String(value["full_name"]),
          first_name: String(value["first_name"]),
          last_name: String(value["last_name"]),
        };
      break;
    case "record-reference":
      if (isObject(value)) return linkOf(value);
      break;
  }
  throw typeError(attribute, `is no ${attribute.type}`);
}

function typeError(attribute: Attribute, message: string): AttioError {
  return new AttioError(400, "validation_type", `The value of ${attribute.api_slug} ${message}.`);
}

/** Stored values as an answer has them. */
export function shownValues(attribute: Attribute, stored: Stored): readonly Values[] {
  const common = {
    active_from: "2026-01-01T00:00:00.000000000Z",
    active_until: null,
    created_by_actor: { type: "api-token", id: "50cf242c-7fa3-4cad-87d0-75b1af71c57b" },
    attribute_type: attribute.type,
  };
  return stored.map((value) => {
    if (typeof value === "object") return { ...value, ...common };
    if (attribute.type === "email-address") {
      const [local = "", domain = ""] = String(value).split("@");
      return {
        ...common,
        email_address: value,
        original_email_address: value,
        email_domain: domain,
        email_root_domain: domain,
        email_local_specifier: local,
      };
    }
    if (attribute.type === "domain") return { ...common, domain: value, root_domain: value };
    if (attribute.type === "timestamp") return { ...common, value: String(value).replace("Z", "000000Z") };
    return { ...common, value };
  });
}

/** An attribute as an answer has it. */
export function shownAttribute(attribute: Attribute): Values {
  const { allowedObjectIds, ...rest } = attribute;
  const links = attribute.type === "record-reference" ? allowedObjectIds : null;
  return {
    ...rest,
    is_system_attribute: false,
    is_required: false,
    is_default_value_enabled: false,
    default_value: null,
    relationship: null,
    created_at: "2026-01-01T00:00:00.000000000Z",
    config: {
      currency: { default_currency_code: "USD", display_type: "symbol" },
      record_reference: { allowed_object_ids: links },
    },
  };
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
