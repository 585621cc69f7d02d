import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { kar } from "./kar.ts";
import { withServer } from "./served.ts";

/*
 * Single requests that a run keeps as examples.
 */

/** Runs targets and journeys for a moment: the examples, and all that was printed. */
async function samplesOf(config: string) {
  const words = "run -c kar.yaml --duration 900ms --out json=-";
  const { out, err } = await kar(words.split(" "), {
    files: {
      "kar.yaml": `${config}controller: { base_tps: 100, ramp_up_duration: 0s }
health: { enabled: false }
metrics: { enabled: false }
limits: { max_lateness: 10s }
`,
    },
  });
  return { samples: JSON.parse(out).samples, text: `${out}${err}` };
}

Deno.test("a record keeps failed and slow requests as examples, as the report has them", () =>
  withFolder((folder) => {
    const [file, json] = [`${folder}/run.kar`, `${folder}/run.json`];
    const words =
      `--duration 900ms --record ${file} --out json=${json} --quiet`;
    return withServer(words, async ({ system }) => {
      await runCli(system);
      const { samples } = JSON.parse(await Deno.readTextFile(json));
      const failed = samples.filter((s: { why: string }) =>
        s.why === "failure"
      );
      const slow = samples.filter((s: { why: string }) => s.why === "slow");
      assert.ok(failed.length > 0 && slow.length > 0);
      assert.ok(slow.length <= 20);
      const [first] = failed;
      assert.deepEqual(
        [first.target, first.kind, first.code],
        ["api", "status", 500],
      );
      assert.ok(Date.parse(first.intended) > 0);
      const record = new RecordReader(file);
      assert.deepEqual(
        record.samples().map(({ target, reason, body }) => [
          target,
          reason,
          body,
        ]),
        samples.map((s: typeof first) => [s.target, s.reason, s.body]),
      );
      record.close();
    }, { errorShare: 1, seed: 98 });
  }));

Deno.test("a record, its report and its examples hold no literal secret of the file", () =>
  withFolder((folder) => {
    const file = `${folder}/run.kar`;
    return withServer("", async ({ server }) => {
      // The sample server says back what it was sent.
      const url = `http://127.0.0.1:${server.ports.http}/api/echo`;
      const config = `targets:
  - { name: api, url: "${url}", method: POST, body: "sesame-open", ok: [299], headers: { authorization: "Bearer sesame-open" } }
  - { name: basic, url: "${url}", basic_auth: { user: kar, password: sesame-open } }
controller: { base_tps: 100, ramp_up_duration: 0s }
health: { enabled: false }
metrics: { enabled: false }
limits: { max_lateness: 10s }
`;
      const words = `run -c kar.yaml --duration 900ms --record ${file}`;
      const { out } = await kar([...words.split(" "), "--out", "json=-"], {
        files: { "kar.yaml": config },
      });
      const { samples } = JSON.parse(out);
      const bodies = samples.map(({ body }: { body: string | null }) => body);
      assert.ok(bodies.some((body: string | null) => body !== null));
      assert.doesNotMatch(out, /sesame/);
      const record = new RecordReader(file);
      const all = JSON.stringify([record.runs(), record.samples()]);
      record.close();
      assert.doesNotMatch(all, /sesame/);
      assert.match(all, /\$\{authorization\}/);
    });
  }));

Deno.test("what basic_auth makes of a row, and the row's password, are in no report, example or log", () =>
  withServer("", async ({ server }) => {
    const url = `http://127.0.0.1:${server.ports.http}/api/echo`;
    // The sample server says back what it was sent; the check tells of it.
    const config = `data:
  users: { values: [{ name: ann, password: "sesame-ann" }, { name: bob, password: "sésame bob" }] }
targets:
  - { name: basic, url: "${url}", ok: [299], basic_auth: { user: "{{users.name}}", password: "{{users.password}}" } }
  - { name: traced, url: "${url}", trace: 0.5, check: { body: { contains: nothing } }, basic_auth: { user: "{{users.name}}", password: "{{users.password}}" } }
journeys:
  - name: visit
    base: "http://127.0.0.1:${server.ports.http}"
    cookies: true
    steps:
      - { name: one, get: /api/echo, ok: [299], basic_auth: { user: "{{users.name}}", password: "{{users.password}}" } }
`;
    const { samples, text } = await samplesOf(config);
    const told = JSON.stringify(samples);
    assert.match(told, /Basic \$\{basic_auth\}/);
    for (
      const [name, password] of [["ann", "sesame-ann"], ["bob", "sésame bob"]]
    ) {
      const bytes = new TextEncoder().encode(`${name}:${password}`);
      for (const secret of [password!, bytes.toBase64()]) {
        assert.ok(!text.includes(secret), secret);
      }
    }
  }));

Deno.test("the first failure of a target has its answer's body, over HTTP/1.1 and HTTP/2, by code and by check", () =>
  withServer("", async ({ server }) => {
    const url = `http://127.0.0.1:${server.ports.http}/api/echo`;
    const config = `targets:
  - { name: one, url: "${url}", method: POST, body: said, ok: [299] }
  - { name: two, url: "${url}", method: POST, body: said, ok: [299], protocol: http2 }
  - { name: checked, url: "${url}", method: POST, body: said, check: { header: { x-none: "1" } } }
`;
    const { samples } = await samplesOf(config);
    const kinds = { one: "status", two: "status", checked: "check" };
    for (const [name, kind] of Object.entries(kinds)) {
      const own = samples.filter((s: { target: string; why: string }) =>
        s.target === name && s.why === "failure"
      );
      assert.ok(own.length > 5, name);
      for (const sample of own) {
        assert.equal(sample.kind, kind);
        assert.match(sample.body, /said/, name);
      }
    }
  }));

Deno.test("tokens and passwords of rows, and long ones that a check shows, are in no report, example or log", () =>
  withServer("", async ({ server }) => {
    const url = `http://127.0.0.1:${server.ports.http}/api/echo`;
    const key = `eyJhbGciOiJIUzI1NiJ9.${"sesame-key.".repeat(10)}`;
    const config = `data:
  users: { values: [{ name: ann, key: "${key}", word: "sesame \\"ann\\"" }] }
targets:
  - { name: header, url: "${url}", ok: [299], headers: { authorization: "Bearer {{users.key}}" } }
  - { name: body, url: "${url}", method: POST, ok: [299], json: { login: { password: "{{users.word}}" } } }
  - { name: form, url: "${url}", method: POST, ok: [299], form: { password: "{{users.word}}" } }
  - { name: checked, url: "${url}", method: POST, body: "{{users.key}}", check: { body: { contains: "no {{users.key}}" } } }
journeys:
  - name: visit
    base: "http://127.0.0.1:${server.ports.http}"
    steps:
      - { name: one, post: /api/echo, body: "{{users.key}}", capture: { token: { body: "(eyJ[^\\"]*)" } } }
      - { name: two, post: /api/echo, body: "{{token}}", check: { body: { matches: never }, json: { $.a: "{{token}}" } }, on_failure: continue }
      - { name: three, post: /api/echo, body: "{{token}}", check: { body: { contains: "no {{token}}" } } }
`;
    const { samples, text } = await samplesOf(config);
    const told = JSON.stringify(samples);
    assert.match(told, /\$\{users\.key\}/);
    assert.match(told, /\$\{users\.word\}/);
    assert.match(told, /\$\{token\}/);
    for (const secret of ["sesame", "eyJ"]) {
      const at = text.indexOf(secret);
      assert.equal(at, -1, text.slice(at - 200, at + 50));
    }
  }));
