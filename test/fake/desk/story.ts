// A conversation of the generated world, before it is rendered.
import type { JsonText } from "../json-text.ts";
import type { DeskEvent } from "./timeline.ts";

/** A conversation: what is fixed about it, and its events in order. */
export interface Story {
  readonly key: number;
  /** A string of digits, or those digits unquoted. */
  readonly id: string | JsonText;
  readonly events: readonly DeskEvent[];
  /** Whom it is with, whoever opened it. */
  readonly contactId: string;
  readonly companyAccount: number | null;
  readonly language: string;
}
