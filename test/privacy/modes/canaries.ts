// Answers of the fake Intercom with a canary in every text that a person could be in, and in members that nobody knows.
import type { JsonObject, JsonValue } from "../../fake/json.ts";
import { parseLossless } from "../../fake/json.ts";

/** What must be nowhere when names and addresses are not stored. */
export const personal = [
  "canarymail",
  "Canaryname",
  "Canaryavatar",
  "Canarycity",
  "Canaryjob",
  "Canarysocial",
  "canaryquery",
  "Canarydevice",
  "491709998877",
  "203.0.113.77",
] as const;

/** What nobody knows, and so nobody may store unless everything is. */
export const unknown = ["Canaryunknown", "Canaryattribute", "Canarynickname"] as const;

/** What people wrote. */
export const written = ["Canarybody", "Canarytext", "Canaryfile"] as const;

/** What is in a text and must not be there when it is scrubbed. */
export const inTexts = [
  "canary.inbody@",
  "canary.split@",
  "canary.href@",
  "canary.note@",
  "170 12345678",
  "0170 5550199",
  "4111 1111 1111 1111",
  "DE89 3704",
  "sk_live_canary",
  "eyJcanary",
  "canarypassword",
  "canaryparameter",
] as const;

/** Someone's name in a text, who takes part in the same conversation. */
export const nameInText = "Quillmarten";

const body =
  `<p>Canarybody Hi Quillmarten, write to canary.inbody@mail.example or <b>canary.split</b>@<i>mail.example</i> or ` +
  `<a href="mailto:canary.href@mail.example">here</a><!-- canary.note@mail.example -->.</p><p>Call +49 170 12345678 or 0170 5550199.<br>` +
  `Card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, key sk_live_canary0123456789abcdef, ` +
  `eyJcanary0123.eyJzdWIiOiIxIn0.c2ln, password: canarypassword, https://shop.example/reset?canaryparameter=1</p>`;
const line = "Canarytext of canary.inbody@mail.example, +49 170 12345678";

const publicRoots = new Set(["article.list", "article", "collection", "help_center"]);
const names = new Set(["author", "teammate", "contact", "user", "lead", "admin"]);
const texts = new Set([
  "title",
  "subject",
  "remark",
  "rating_remark",
  "explanation",
  "reasoning",
  "_default_title_",
  "history",
]);

/** An answer's body with canaries; what is no JSON stays as it is. */
export function withCanaries(answer: string): string {
  const json = answer.startsWith("{") ? parseLossless(answer) : undefined;
  if (json === undefined) return answer;
  const text = JSON.stringify(changed(json, ""));
  // Nobody can know the name of somebody whom the record does not name.
  return text.includes(`"${nameInText} `) ? text : text.replaceAll(nameInText, "you");
}

function changed(value: JsonValue, key: string): JsonValue {
  if (Array.isArray(value)) return value.map((each) => changed(each, key));
  if (typeof value === "string") return changedText(value, key);
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return value;
  const object = value as JsonObject;
  const type = String(object["type"] ?? "");
  if (publicRoots.has(type) || key === "pages") return object;
  const members = Object.entries(object).map(([name, member]) => [name, changedMember(object, name, member, key)]);
  return { ...Object.fromEntries(members), ...extras(object, type, key) } as JsonObject;
}

function changedMember(object: JsonObject, name: string, member: JsonValue, key: string): JsonValue {
  const type = String(object["type"] ?? "");
  const isPerson = names.has(type) || key === "email_address_headers" || "email" in object;
  if (name === "name" && typeof member === "string" && isPerson && type !== "bot" && type !== "team")
    return `Quillmarten Canaryname ${member}`;
  // Articles and snippets are the company's own.
  if (key === "content_sources") return member;
  if (name === "name" && key === "attachments") return "Canaryfile.png";
  if (name === "url" && key === "attachments") return `${String(member)}/Canaryfile`;
  return changed(member, name);
}

function changedText(text: string, key: string): string {
  if (key === "email" || key === "email_address") return `canarymail.${text}`;
  if (key === "body" && text !== "") return `${text}${body}`;
  if (texts.has(key) && text !== "") return `${text} ${line}`;
  if (key === "phone") return "+491709998877";
  if (key === "ip") return "203.0.113.77";
  if (key === "activity_description") return `Canaryname: ${text}`;
  if (key === "recording_url" || key === "transcription_url") return `${text}/Canaryfile`;
  if (key === "text") return `${text} Canarytext`;
  return text;
}

/** What the fake does not have. */
function extras(object: JsonObject, type: string, key: string): JsonObject {
  if (type === "contact" && "role" in object) {
    return {
      phone: "+49 170 9998877".replaceAll(" ", ""),
      avatar: { type: "avatar", image_url: "https://img.example/Canaryavatar.png" },
      location: { ...(object["location"] as JsonObject), city: "Canarycity" },
      social_profiles: {
        data: [{ type: "social_profile", name: "Twitter", url: "https://twitter.example/Canarysocial" }],
      },
      os: "Canarydevice OS",
      nickname: "Canarynickname",
      referrer: "https://a.example/p?email=canaryquery@mail.example",
      custom_attributes: {
        ...(object["custom_attributes"] as JsonObject),
        "Account manager": "Canaryattribute",
        "Other address": "canarymail.other@mail.example",
        "Phone number": 491709998877,
        "canarymail.key@mail.example": 1,
        nested: { deeper: ["Canaryattribute"] },
      },
    };
  }
  if (type === "admin" && "has_inbox_seat" in object)
    return { job_title: "Canaryjob", avatar: { image_url: "https://img.example/Canaryavatar.png" } };
  if (key === "source")
    return {
      url: "https://app.example/start?email=canaryquery@mail.example#canaryquery",
      said_tomorrow: "Canaryunknown",
    };
  if (type === "conversation" && "source" in object)
    return { custom_attributes: { ...(object["custom_attributes"] as JsonObject), Notes: "Canaryattribute 1" } };
  if (type === "ticket" && "ticket_attributes" in object)
    return {
      ticket_attributes: {
        ...(changed(object["ticket_attributes"] as JsonObject, "ticket_attributes") as JsonObject),
        _default_description_: `Canarybody ${line}`,
        "What happened": "Canaryattribute",
        files: [{ type: "upload", name: "Canaryfile.png", url: "https://files.example/Canaryfile" }],
      },
    };
  return type === "" || type === "list" || type.endsWith(".list") ? {} : { said_tomorrow: "Canaryunknown" };
}
