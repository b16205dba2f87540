// What the team's attributes say of a contact or a company, as of when it last changed.
import type { JsonObject } from "../../json.ts";
import { hash32 } from "../random.ts";

const DAY = 86400;

/** Beside `job_role`, which every contact has. */
export function contactAttributes(key: number, createdAt: number, updatedAt: number): JsonObject {
  const draw = hash32(key, 76);
  return {
    ...(draw % 3 === 0 ? { Job_Role: 'Head of "Finance" & Ops' } : {}),
    ...(draw % 5 < 3 ? { "is.beta tester": draw % 2 === 0 } : {}),
    "Health score 💚": (hash32(key, updatedAt, 77) % 1000) / 10,
    trial_ends_at: draw % 4 === 0 ? null : createdAt + 14 * DAY,
  };
}

/** Beside `region`, which every company has. */
export function companyAttributes(index: number, startedAt: number, updatedAt: number): JsonObject {
  const draw = hash32(index, 78);
  return {
    ...(draw % 3 === 0 ? { Region: "Île-de-France" } : {}),
    "seats used": hash32(index, updatedAt, 79) % 120,
    "contract.value": (draw % 5_000_000) / 100,
    renewal_on: startedAt + 365 * DAY,
    ...(draw % 2 === 0
      ? { "health as the customer success team sees it, looked at once a quarter": "green, for now" }
      : {}),
  };
}
