import assert from "node:assert/strict";
import { loadedFrom, planText } from "../../src/cli/fleet/plan_text.ts";
import { loadPlan } from "../../src/cli/load_plan.ts";
import { KarError } from "../../src/base/mod.ts";
import { realSystem } from "../../src/cli/real_system.ts";

/* What a machine needs of its own for the plan of a run that another one has opened. */

const SCRIPT = `export const steps = ["a"];
export default async function () {}
`;

const CONFIG = (script: string) => `
targets: [{ name: api, url: "http://localhost/" }]
journeys:
  - name: buyer
    base: http://localhost
    script: ${script}
`;

Deno.test("the plan of a fleet's run with a script is read where that script is, and nowhere else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const script = `${folder}/buyer.js`;
    await Deno.writeTextFile(script, SCRIPT);
    const config = `${folder}/kar.yaml`;
    await Deno.writeTextFile(config, CONFIG(script));
    const system = realSystem();
    const { plan } = await loadPlan(system, { config, drawnSeed: 1 });
    const text = planText(plan);

    const { sources } = await loadedFrom(system, text);
    assert.deepEqual(sources.scripts?.map(({ journey }) => journey), ["buyer"]);

    await Deno.writeTextFile(script, `${SCRIPT}// another one\n`);
    await assert.rejects(
      loadedFrom(system, text),
      new KarError(
        "config",
        `${script} differs here from the plan's`,
      ),
    );
    await Deno.remove(script);
    await assert.rejects(
      loadedFrom(system, text),
      new KarError("config", `${script}: the file does not exist`),
    );
    assert.equal(
      (await loadedFrom(system, text, { isToSend: false })).sources.scripts,
      undefined,
      "who only looks needs none",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
