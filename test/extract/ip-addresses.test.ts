import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutIpAddresses } from "../../loader/extract/ip-addresses.ts";

const removed = "[IP address]";

for (const [text, left] of [
  ["203.0.113.7", removed],
  ["signed in from 203.0.113.7.", `signed in from ${removed}.`],
  ["203.0.113.7:443", `${removed}:443`],
  ["IP:203.0.113.7", `IP:${removed}`],
  ["ip=203.0.113.7/24, 198.51.100.20", `ip=${removed}/24, ${removed}`],
  ["from203.0.113.7and on", `from${removed}and on`],
  ["203.0.113.7…", `${removed}…`],
  ["2001:db8::1", removed],
  ["[2001:db8::1]:443", `[${removed}]:443`],
  ["address:2001:db8:0:0:0:0:0:1", `address:${removed}`],
  ["::ffff:203.0.113.7", removed],
  ["fe80::1%eth0 and ::1.", `${removed}%eth0 and ${removed}.`],
  ["at 10:32:07 on 2026-01-02, ratio 3:2", "at 10:32:07 on 2026-01-02, ratio 3:2"],
  ["version 1.2.3, 300.1.1.1, 1.2.3.4.5", "version 1.2.3, 300.1.1.1, 1.2.3.4.5"],
  ["std::string", "std::string"],
  ["dead:beef::cafe", removed],
  ["", ""],
] as const) {
  test(`"${text}" becomes "${left}"`, () => {
    assert.equal(withoutIpAddresses(text), left);
  });
}

test("members that hold an address are left out at any depth, whatever their values are", () => {
  const record = {
    id: "1",
    metadata: {
      ip: 3405803783,
      ip_address: "x",
      ipAddress: null,
      ip_addresses: ["203.0.113.7"],
      CLIENT_IP: "y",
      lastIp: "z",
      remote_addr: "w",
      ip_v4: 1,
      "203.0.113.7": "a key",
      list: [{ last_ip: 1, note: "by 203.0.113.7" }],
      zip: "12345",
      recipient: "Ann",
      description: "clip",
    },
  };
  assert.deepEqual(withoutIpAddresses(record), {
    id: "1",
    metadata: {
      [removed]: "a key",
      list: [{ note: `by ${removed}` }],
      zip: "12345",
      recipient: "Ann",
      description: "clip",
    },
  });
});

test("numbers with all their digits, true, false and null stay", () => {
  const digits = JSON.rawJSON("9007199254740993");
  assert.deepEqual(withoutIpAddresses([1, true, false, null, digits]), [1, true, false, null, digits]);
});
