/** The ready configs of named irregularities, and their pages. */
import assert from "node:assert/strict";
import { IRREGULAR_KINDS } from "../../src/pattern/mod.ts";
import { kar } from "./kar.ts";

const ROOT = new URL("../../", import.meta.url);

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** A minute before each of them begins: its ramp is over by then. */
const BEGINS = {
  ...{ retry: "20:59", reconnect: "02:59", flash: "20:14" },
  ...{ push: "17:59", cron: "00:59", crawler: "00:59" },
};

for (const kind of IRREGULAR_KINDS) {
  Deno.test(`configs/irregular/${kind}.yaml is valid, and its traffic has the phase`, async () => {
    const files = { "kar.yaml": read(`configs/irregular/${kind}.yaml`) };
    const validated = await kar(["validate", "--config", "kar.yaml"], {
      files,
    });
    assert.deepEqual([validated.code, validated.err], [0, ""]);
    const simulated = await kar([
      ...["simulate", "--config", "kar.yaml", "--format", "csv"],
      ...["--start", `2026-12-01T${BEGINS[kind]}:00Z`, "--duration", "5m"],
      ...["--resolution", "1s"],
    ], { files });
    assert.equal(simulated.code, 0, simulated.err);
    assert.match(simulated.out, new RegExp(`,${kind},`));
  });

  Deno.test(`docs/irregular/${kind}.md has formula, source and a link to its config`, () => {
    const page = read(`docs/irregular/${kind}.md`);
    assert.match(page, /^# .*:/);
    assert.match(page, /What it tests/);
    assert.match(page, /```\n/);
    assert.match(page, /Source:/);
    assert.ok(page.includes(`(../../configs/irregular/${kind}.yaml)`));
    assert.ok(read("docs/configuration.md").includes(`(irregular/${kind}.md)`));
  });
}
