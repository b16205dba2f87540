// What admins did to the workspace's settings, with the addresses that they did it from.
import type { JsonObject } from "../../json.ts";
import { DESK_BEGIN } from "../arrivals.ts";
import { TEAMMATES } from "../people.ts";
import { hash32 } from "../random.ts";

/** One about every so often. */
const EVERY_SECONDS = 7 * 3600;

/** Inclusive bounds in epoch seconds; the latest first. */
export function renderActivityLogs(after: number, before: number): readonly JsonObject[] {
  const logs: JsonObject[] = [];
  const first = Math.max(0, Math.floor((after - DESK_BEGIN) / EVERY_SECONDS) - 1);
  for (let index = first; DESK_BEGIN + index * EVERY_SECONDS <= before; index++) {
    const at = DESK_BEGIN + index * EVERY_SECONDS + (hash32(index, 112) % 3600);
    if (at >= after && at <= before) logs.unshift(log(index, at));
  }
  return logs;
}

function log(index: number, at: number): JsonObject {
  const admin = TEAMMATES[index % 7];
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    performed_by: { type: "admin", id: admin?.id, email: admin?.email, ip: `198.51.100.${index % 250}` },
    created_at: at,
    ...entry(index, at, admin),
  };
}

function entry(index: number, at: number, admin: (typeof TEAMMATES)[number] | undefined): JsonObject {
  switch (index % 3) {
    case 0:
      return {
        metadata: { away_mode: index % 2 === 0, update_by: Number(admin?.id) },
        activity_type: "admin_away_mode_change",
        activity_description: `${admin?.name} changed the away mode.`,
      };
    case 1:
      return {
        metadata: {
          previous_state: index % 2 === 0 ? "idle" : "occupied",
          new_state: index % 2 === 0 ? "occupied" : "idle",
          threshold_minutes: 15,
          last_activity_at: at - 900,
          auto: true,
        },
        activity_type: "admin_occupancy_state_change",
        activity_description: `${admin?.name} changed state.`,
      };
    default:
      return {
        metadata: { sign_in_method: "email_password" },
        activity_type: "admin_login_success",
        activity_description: `${admin?.name} logged in.`,
      };
  }
}
