import type { Card } from "./card.ts";
import type { Make } from "./element.ts";
import type { Selection } from "./select.ts";

/** What stands in a tab, from top to bottom. */
export type TabPart =
  | Card
  | { readonly heading: string; readonly text?: string }
  | { readonly element: (drawing: Drawing) => Node };

export type Drawing = {
  readonly make: Make;
  readonly document: Document;
  readonly selection: Selection;
  readonly width: number;
};

export type Tab = {
  readonly id: string;
  readonly name: string;
  readonly parts: (selection: Selection) => readonly TabPart[];
};
