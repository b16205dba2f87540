import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type DbtRun, runDbt } from "./command.ts";

describe("a time zone in the project's variables", () => {
  let workFolder: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "zones-"));
  });

  after(() => rm(workFolder, { recursive: true }));

  it("stops dbt before it builds anything when it is none, and is named together with its variable", async () => {
    const compiled = await compile({ reporting_time_zone: "Etc/Foo" });
    assert.notEqual(compiled.exitCode, 0);
    assert.match(compiled.output, /vars: reporting_time_zone is 'Etc\/Foo', which is no time zone/);
  });

  it("may be one of Rails' names, too", async () => {
    const compiled = await compile({ reporting_time_zone: "Eastern Time (US & Canada)" });
    assert.equal(compiled.exitCode, 0, compiled.output);
    assert.match(compiled.output, /'America\/New_York'/);
  });

  function compile(vars: Readonly<Record<string, unknown>>): Promise<DbtRun> {
    const inline = ["--no-populate-cache", "--no-introspect", "--inline", "select {{ reporting_time_zone() }} as zone"];
    const commandLine = ["--quiet", "compile", ...inline, "--vars", JSON.stringify(vars)];
    return runDbt(commandLine, workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") });
  }
});
