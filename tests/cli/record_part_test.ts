/** `kar report --from --to` of a run that was recorded. */
import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { kar } from "./kar.ts";
import { START, withServer } from "./served.ts";

Deno.test("kar report --from --to of all of a run is the run's own, in every format", () =>
  withFolder((folder) => {
    const file = `${folder}/run.kar`;
    return withServer(
      `--duration 1500ms --start ${START} --record ${file} --quiet`,
      async ({ system }) => {
        assert.equal(await runCli(system), 0, system.stderr.text);
        const to = START.replace("00:00Z", "00:10Z");
        const args = ["report", file, "--from", START, "--to", to];
        for (
          const format of ["json", "text", "csv", "junit", "md", "hlog", "html"]
        ) {
          const out = ["--out", `${format}=-`];
          const whole = await kar(["report", file, ...out]);
          assert.equal(whole.code, 0, whole.err);
          assert.ok(whole.out.length > 0);
          assert.equal((await kar([...args, ...out])).out, whole.out, format);
        }
        const turned = await kar(["report", file, "--from", to, "--to", START]);
        assert.equal(turned.code, 2);
        assert.match(turned.err, /^kar: --from \S+ is not before --to \S+: /);
        const later = await kar(["report", file, "--from", to]);
        assert.equal(later.code, 2);
        assert.match(later.err, /Nothing was written from .* goes from/);
      },
    );
  }));

/** When the second interval of a record begins, as far as there is one. */
function secondLook(file: string): string | undefined {
  const reader = new RecordReader(file);
  const seconds = { level: 1, from: 0, to: Infinity } as const;
  const times = [...reader.rows.generator(seconds)].map(({ t }) => t);
  reader.close();
  return times[1] === undefined
    ? undefined
    : new Date(times[1] * 1000).toISOString().replace(".000Z", "Z");
}

Deno.test("kar report --from --to of a part is what was counted and judged in it", () =>
  withFolder((folder) => {
    const file = `${folder}/run.kar`;
    return withServer(
      `--duration 4s --start ${START} --record ${file} --quiet --threshold errors<1% --threshold missed==0 --tolerate 100%`,
      async ({ system }) => {
        assert.equal(await runCli(system), 0, system.stderr.text);
        const partOf = async (...span: readonly string[]) => {
          const { out, err, code } = await kar(
            ["report", file, ...span, "--out", "json=-"],
          );
          assert.equal(code, 0, err);
          return JSON.parse(out);
        };
        const at = secondLook(file);
        // A busy machine may have looked once only.
        if (at === undefined) return;
        const parts = [await partOf("--to", at), await partOf("--from", at)];
        const whole = await partOf();
        assert.deepEqual(parts.map(({ start }) => start), [START, at]);
        const sent = parts.reduce((sum, part) => sum + part.sent, 0);
        assert.equal(sent, whole.sent);
        const gaps = parts.reduce((sum, { proof }) => sum + proof.law.gaps, 0);
        assert.equal(gaps, whole.proof.law.gaps);
        for (const { warnings, verdict, thresholds, proof } of parts) {
          assert.match(warnings[0], /a part of the run/);
          assert.equal(verdict.outcome, "passed");
          assert.deepEqual(
            thresholds.map(({ result }: { result: string }) => result),
            ["pass", "pass"],
          );
          assert.equal(proof.counts.result, "proved");
        }
      },
    );
  }));
