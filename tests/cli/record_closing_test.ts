import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runCli } from "../../src/cli/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { until, withServer } from "./served.ts";

/*
 * A record that cannot be closed as it should: log and report say so.
 */

/** Somebody who looks into a record and stays there, once it has tables. */
async function readerOf(file: string): Promise<DatabaseSync> {
  let reader: DatabaseSync | null = null;
  await until(() => {
    try {
      reader = new DatabaseSync(file, { readOnly: true });
      reader.exec("BEGIN");
      return reader.prepare("SELECT count(*) AS n FROM generator").get()!.n !==
        0;
    } catch {
      reader?.close();
      return false;
    }
  });
  return reader!;
}

Deno.test("a record that somebody reads at the run's end stays two files, and log and every report say so", () =>
  withFolder(async (folder) => {
    const file = `${folder}/run.kar`;
    const json = `${folder}/run.json`;
    await withServer(
      `--duration 3s --record ${file} --out json=${json}`,
      async ({ system }) => {
        const [code, reader] = await Promise.all([
          runCli(system),
          readerOf(file),
        ]);
        assert.equal(code, 0, system.stderr.text);
        const told =
          /The record \S+run\.kar is complete, but stays two files: .*locked.*: keep \S+run\.kar-wal beside it/;
        const { warnings } = JSON.parse(await Deno.readTextFile(json));
        assert.match(warnings.join("\n"), told);
        assert.match(system.stderr.text, told);
        const printed = system.stdout.text.replaceAll(/\s+/g, " ");
        assert.match(printed, /stays two files/);
        const record = new RecordReader(file);
        assert.notEqual(record.ending(), null);
        record.close();
        reader.close();
      },
    );
  }));
