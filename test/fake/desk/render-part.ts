// A part of a conversation in Intercom's shape, and what it shares with the opening message.

import { type JsonText, json } from "../json-text.ts";
import { authorOf, type Participant } from "./authors.ts";
import { type Body, DraftedBody } from "./body.ts";
import type { PartDraft } from "./part-draft.ts";

export const REDACTED_BODY: Body = {
  plain: "This message was deleted",
  html: "<p><i>This message was deleted</i></p>",
};
const QUICK_REPLY_UUIDS = ["0f2a7c52-6f0a-4b57-9c1c-2d3b8f1f6a01", "0f2a7c52-6f0a-4b57-9c1c-2d3b8f1f6a02"] as const;

/** What parts need to know of their conversation. */
export interface Thread {
  readonly language: string;
  readonly participantOf: (id: string) => Participant;
  /** Of the mails that its messages are; null when they are none. */
  readonly mailSubject: string | null;
  /** display_as=plaintext. */
  readonly isPlain: boolean;
}

export function renderPart(part: PartDraft, thread: Thread): JsonText {
  const author = authorOf(part.actor, thread.participantOf);
  const isMail = thread.mailSubject !== null && part.isMessage && !part.isRedacted;
  return json`{
    "type": "conversation_part",
    "id": ${part.id},
    "part_type": ${part.partType},
    "body": ${renderBody(part.isRedacted ? REDACTED_BODY : part.body, thread.isPlain)},
    "created_at": ${part.at},
    "updated_at": ${part.updatedAt},
    "notified_at": ${part.at},
    "assigned_to": ${part.assignedTo === null ? null : json`{"type": ${part.assignedTo.type}, "id": ${part.assignedTo.id}}`},
    "author": ${author.inPart},
    "attachments": ${part.isRedacted ? [] : renderAttachments(part.attachments, part.id)},
    "external_id": null,
    "redacted": ${part.isRedacted},
    "email_message_metadata": ${
      isMail
        ? json`{
            "subject": ${thread.mailSubject},
            "email_address_headers": ${author.mailFrom},
            "message_id": ${`<${part.id}@mail.example>`}
          }`
        : null
    },
    "metadata": ${quickReply(part)},
    "state": ${part.state},
    "tags": ${part.tag === null ? [] : [json`{"type": "tag", "id": ${part.tag.id}, "name": ${part.tag.name}}`]},
    "event_details": ${
      part.attribute !== null
        ? attributeDetails(part)
        : part.partType === "conversation_attribute_updated_by_workflow"
          ? json`{
            "workflow": {"name": "Route by topic"},
            "attribute": {"name": "Topic"},
            "value": {"name": ${thread.language}}
          }`
          : null
    },
    "app_package_code": null
  }`;
}

function attributeDetails({ attribute, partType }: PartDraft): JsonText | null {
  if (attribute === null) return null;
  const { name, value, previous } = attribute;
  return partType === "conversation_attribute_updated_by_workflow"
    ? json`{"workflow": {"name": "Fill in"}, "attribute": {"name": ${name}}, "value": {"name": ${value}}}`
    : json`{"attribute": {"name": ${name}}, "value": {"name": ${value}, "previous": ${previous}}}`;
}

export function renderBody(body: Body | null, isPlain: boolean): JsonText | string | null {
  if (body === null) return null;
  if (isPlain) return body.plain;
  return body instanceof DraftedBody ? body.htmlText : body.html;
}

export function renderAttachments(count: number, id: string): readonly JsonText[] {
  const all: JsonText[] = [];
  for (let number = 1; number <= count; number++)
    all.push(json`{
      "type": "upload",
      "name": ${`receipt-${number}.png`},
      "url": ${`https://downloads.tallyport.example/i/o/${id}/receipt-${number}.png`},
      "content_type": "image/png",
      "filesize": 48213,
      "width": 640,
      "height": 480
    }`);
  return all;
}

function quickReply(part: PartDraft): JsonText | null {
  if (part.quickReply === null || part.isRedacted) return null;
  if (part.quickReply === "clicked") return json`{"quick_reply_uuid": ${QUICK_REPLY_UUIDS[0]}}`;
  const options = QUICK_REPLY_UUIDS.map((uuid, option) => json`{"text": ${`Option ${option + 1}`}, "uuid": ${uuid}}`);
  return json`{"quick_reply_options": ${options}}`;
}
