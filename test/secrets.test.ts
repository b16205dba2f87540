import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readAccessToken, readAttioSettings, readPostHogSettings, readSecrets } from "../loader/config.ts";
import { ConfigError } from "../loader/errors.ts";
import { temporaryFolder } from "./tools/folder.ts";
import { repository } from "./tools/repository.ts";

const secrets = {
  INTERCOM_ACCESS_TOKEN: (environment: NodeJS.ProcessEnv) => readAccessToken(environment),
  POSTHOG_API_KEY: (environment: NodeJS.ProcessEnv) => readPostHogSettings(environment).apiKey,
  ATTIO_API_KEY: (environment: NodeJS.ProcessEnv) => readAttioSettings(environment).apiKey,
};

function fileWith(context: TestContext, content: string | Buffer): string {
  const path = join(temporaryFolder(context), "secret");
  writeFileSync(path, content);
  return path;
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail("nothing was thrown");
}

for (const [name, read] of Object.entries(secrets)) {
  test(`${name}_FILE names a file that has the secret, with a line end or without`, (context) => {
    for (const content of ["s3cret", "s3cret\n", "s3cret\r\n", "\ufeffs3cret\n"])
      assert.equal(read({ [`${name}_FILE`]: fileWith(context, content) }), "s3cret");
  });

  test(`${name} and ${name}_FILE at once are refused, and neither value is said`, (context) => {
    const path = fileWith(context, "s3cret");
    const message = messageOf(() => read({ [name]: "other-s3cret", [`${name}_FILE`]: path }));
    assert.match(message, new RegExp(`${name} and ${name}_FILE are both set`));
    assert.ok(!message.includes("s3cret") && !message.includes(path), message);
  });

  test(`${name}_FILE set to nothing counts as unset`, () => {
    assert.equal(read({ [name]: "s3cret", [`${name}_FILE`]: "" }), "s3cret");
    assert.match(
      messageOf(() => read({ [`${name}_FILE`]: "" })),
      new RegExp(`${name} is not set`),
    );
  });

  test(`a file that gives no secret is refused by the variable ${name}_FILE`, (context) => {
    for (const [path, pattern] of [
      [fileWith(context, ""), /is empty/],
      [fileWith(context, " \n"), /is empty/],
      [join(temporaryFolder(context), "missing"), /can't be read \(ENOENT\)/],
      [temporaryFolder(context), /can't be read \(EISDIR\)/],
      [fileWith(context, "x".repeat(20_000)), /more than 16384 bytes/],
      ["/dev/zero", /more than 16384 bytes/],
    ] as const) {
      const message = messageOf(() => read({ [`${name}_FILE`]: path }));
      assert.match(message, new RegExp(`^${name}_FILE names a file`));
      assert.match(message, pattern);
      assert.ok(!message.includes(path), "a path may be a secret that was set under the wrong name");
    }
  });

  test(`what is no secret in the file of ${name} is refused without being repeated`, (context) => {
    for (const content of ["two words", "two\nlines", Buffer.from([0xff, 0xfe, 0x00])]) {
      const message = messageOf(() => read({ [`${name}_FILE`]: fileWith(context, content) }));
      assert.match(message, new RegExp(`${name} must be one word`));
      assert.doesNotMatch(message, /two|words|lines/);
    }
  });
}

test("a file that may not be read is refused", {
  skip: process.getuid?.() === 0 ? "root may read anything" : false,
}, (context) => {
  const path = fileWith(context, "s3cret");
  chmodSync(path, 0o000);
  assert.match(
    messageOf(() => readAccessToken({ INTERCOM_ACCESS_TOKEN_FILE: path })),
    /INTERCOM_ACCESS_TOKEN_FILE names a file that can't be read \(EACCES\)/,
  );
});

test("a pipe is read to its end, as a shell gives one for <(command)", (context) => {
  const reader = join(repository, "loader", "config.ts");
  const script = `import(${JSON.stringify(reader)}).then(({ readAccessToken }) => console.log(readAccessToken()))`;
  const command = 'INTERCOM_ACCESS_TOKEN_FILE=<(printf "s3"; sleep 0; printf "cret\\n") exec "$0" -e "$1"';
  const printed = execFileSync("/bin/bash", ["-c", command, process.execPath, script], {
    cwd: temporaryFolder(context),
    env: {},
  });
  assert.equal(String(printed), "s3cret\n");
});

test("what no message may show is all secrets that are set, and the paths of their files", (context) => {
  const path = fileWith(context, "posthog-s3cret\n");
  const hidden = readSecrets({
    INTERCOM_ACCESS_TOKEN: "intercom-s3cret",
    POSTHOG_API_KEY_FILE: path,
    ATTIO_API_KEY_FILE: "attio-s3cret-in-the-wrong-variable",
  });
  for (const secret of ["intercom-s3cret", "posthog-s3cret", path, "attio-s3cret-in-the-wrong-variable"])
    assert.ok(hidden.includes(secret), secret);
});
