import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { kar } from "./binary.ts";

const CONFIGS = new URL("../../configs/", import.meta.url).pathname;

Deno.test("kar version says the version of deno.json", async () => {
  const { code, out, err } = await kar(["version"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.ok(out.startsWith(`kar ${manifest.version} (deno `), out);
});

Deno.test("kar --help shows the commands", async () => {
  const { code, out, err } = await kar(["--help"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^Usage: kar \[options\]/);
});

Deno.test("kar validate, simulate and schema find their parts in the binary", async () => {
  const config = `${CONFIGS}kar98k.yaml`;
  assert.equal((await kar(["validate", config])).code, 0);
  const simulated = await kar(["simulate", "-c", config, "--format", "csv"]);
  assert.match(simulated.out, /^time,rate/);
  const schema = JSON.parse((await kar(["schema"])).out);
  assert.equal(schema.title, "kar");
});

/** Nobody listens on port 1, and `:80000` is no address. */
const REFUSING = `targets: [{ name: a, url: "http://127.0.0.1:1/" }]
controller: { base_tps: 50, max_tps: 50, ramp_up_duration: 0s }
health: { enabled: false }
metrics: { enabled: false }
`;

Deno.test("kar ends with the exit code of what went wrong", async () => {
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(path, REFUSING);
  const run = ["run", "--quiet", "-c", path, "--duration", "1s"];
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `metrics={address: "127.0.0.1:${taken.addr.port}"}`;
  const codes: Readonly<Record<number, readonly string[]>> = {
    0: [...run, "--set", "controller.base_tps=0"],
    2: ["rnu"],
    3: ["validate", "/nowhere.yaml"],
    4: [...run, "--set", address],
    5: ["status", "--name", "nobody"],
    6: run,
  };
  for (const [code, args] of Object.entries(codes)) {
    const ended = await kar(args);
    assert.equal(ended.code, Number(code), `${args.join(" ")}\n${ended.err}`);
  }
  await Deno.remove(path);
});

Deno.test("kar demo agrees with its own server about what was sent", async () => {
  const { code, out } = await kar(["demo", "--duration", "5s"]);
  assert.equal(code, 0);
  assert.match(out, /the two agree\.\n/);
});
