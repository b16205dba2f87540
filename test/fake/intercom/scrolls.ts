// GET /companies/scroll: one scroll at a time for the whole app; it lasts a minute from its last use, and ends with an
// empty page, after which it is free again.

import type { Companies } from "../desk/world.ts";
import type { JsonObject } from "../json.ts";
import { ApiError, requestId } from "./answers.ts";

const IDLE_SECONDS_MAX = 60;
const PER_PAGE = 100;

interface Scroll {
  readonly id: string;
  readonly keys: readonly number[];
  offset: number;
  usedAtMs: number;
}

export class Scrolls {
  private current: Scroll | null = null;
  private started = 0;

  /** The next page of a scroll, or the first of a new one. Throws ApiError. */
  page(companies: Companies, scrollParam: string | null, nowMs: number): JsonObject {
    if (this.current !== null && nowMs - this.current.usedAtMs > IDLE_SECONDS_MAX * 1000) this.current = null;
    if (scrollParam === null) {
      if (this.current !== null) throw new ApiError(400, "scroll_exists", "scroll already exists for this workspace");
      this.started++;
      this.current = { id: requestId(0x5c0000 + this.started), keys: companies.keys(true), offset: 0, usedAtMs: nowMs };
    }
    const scroll = this.current;
    if (scroll === null || (scrollParam !== null && scroll.id !== scrollParam)) {
      throw new ApiError(404, "not_found", "scroll parameter not found");
    }
    const keys = scroll.keys.slice(scroll.offset, scroll.offset + PER_PAGE);
    scroll.offset += keys.length;
    scroll.usedAtMs = nowMs;
    if (keys.length === 0) this.current = null;
    return {
      type: "list",
      data: keys.map((key) => companies.render(key)),
      pages: null,
      total_count: null,
      scroll_param: scroll.id,
    };
  }
}
