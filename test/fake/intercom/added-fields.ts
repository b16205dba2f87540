import type { JsonValue } from "../json.ts";
import type { Answer } from "./answers.ts";

/** In a message's text, quotation marks are escaped. */
const RECORD_TYPE = /"type":"(?:conversation|conversation_part|ticket|ticket_part|contact|company|admin|tag)",/g;

/** Fields that Intercom gives its records one day, and that no description has. */
export class AddedFields {
  private text = "";

  /** `name` and `value` in ASCII. */
  add(name: string, value: JsonValue): void {
    this.text += `${JSON.stringify(name)}:${JSON.stringify(value)},`;
  }

  /** The answer with the fields in each record, right behind its type. */
  sent(answer: Answer): Answer {
    if (this.text === "") return answer;
    const body = Buffer.isBuffer(answer.body) ? answer.body.toString("latin1") : answer.body;
    return { ...answer, body: body.replaceAll(RECORD_TYPE, (found) => found + this.text) };
  }
}
