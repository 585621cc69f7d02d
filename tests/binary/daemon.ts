import assert from "node:assert/strict";
import { FOLDER, KAR, kar } from "./binary.ts";
import { hasProgram } from "../packaging/programs.ts";
import { verifyUnit } from "../packaging/verify_unit.ts";
import { startEcho } from "./running.ts";

const UNIT = new URL("../../configs/systemd/kar.service", import.meta.url);

Deno.test("kar start --daemon goes on in the background until kar stop", async () => {
  await using echo = await startEcho();
  const config = `${FOLDER}/daemon.yaml`;
  await Deno.writeTextFile(
    config,
    `targets: [{ name: a, url: "${echo.http}/api/health" }]
controller: { base_tps: 50, max_tps: 200, ramp_up_duration: 0s }
metrics: { enabled: false }
`,
  );
  const started = await kar(["start", "--daemon", "-c", config, "--trigger"]);
  assert.equal(started.code, 0, started.err);
  try {
    const twice = await kar(["start", "--daemon", "-c", config]);
    assert.equal(twice.code, 4, twice.err);
    const { out } = await kar(["status", "--json"]);
    assert.equal(JSON.parse(out).state, "firing");
    assert.equal((await kar(["pause"])).code, 0);
  } finally {
    const stopped = await kar(["stop"]);
    assert.equal(stopped.code, 0, stopped.err);
  }
  assert.equal((await kar(["status"])).code, 5);
  assert.match((await kar(["logs"])).out, /Stopped/);
});

Deno.test({
  name: "systemd-analyze verify finds nothing in kar.service with this binary",
  ignore: !hasProgram("systemd-analyze"),
  async fn() {
    assert.equal(await verifyUnit(await Deno.readTextFile(UNIT), KAR), "");
  },
});
