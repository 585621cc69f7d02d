/** What kar tells of a setup before anything is sent. */
import assert from "node:assert/strict";
import { kar } from "./kar.ts";

const env = { PASSWORD: "hunter2-s3cret" };
const FILE = `setup:
  base: http://127.0.0.1:1
  steps:
    - name: login
      post: /login
      json: { password: "\${PASSWORD}" }
      capture: { token: { json: $.token } }
targets:
  - name: item
    url: "http://127.0.0.1:1/items?by={{token}}"
    headers: { authorization: "Bearer {{token}}" }
`;

function karWith(text: string, ...args: readonly string[]) {
  return kar(args, { files: { "/kar.yaml": text }, env });
}

Deno.test("kar validate --show has ${setup.token} where a request has a value of setup", async () => {
  const { code, out } = await karWith(
    FILE,
    "validate",
    "/kar.yaml",
    "--show",
    "1",
  );
  assert.equal(code, 0, out);
  assert.match(out, /^GET \/items\?by=\$\{setup\.token\}$/m);
  assert.match(out, /^authorization: Bearer \$\{setup\.token\}$/m);
  assert.match(out, /^POST \/login$/m);
  assert.match(out, /^\{"password":"\$\{PASSWORD\}"\}$/m);
  assert.ok(!out.includes(env.PASSWORD));
});

Deno.test("kar validate tells where setup is wrong", async () => {
  const wrong = FILE.replace("json: $.token", "json: token")
    .replace("by={{token}}", "by={{tokn}}");
  const { code, out, err } = await karWith(wrong, "validate", "/kar.yaml");
  assert.equal(code, 3);
  assert.match(
    out + err,
    /setup\.steps\.0\.capture\.token\.json: must be a JSONPath/,
  );
  const typo = FILE.replace("by={{token}}", "by={{tokn}}");
  const told = await karWith(typo, "validate", "/kar.yaml");
  assert.match(
    told.out + told.err,
    /kar\.yaml:10:\d+: targets\.0\.url: \{\{tokn\}\}: is not known, did you mean token\?/,
  );
});

Deno.test("kar simulate --digest content says that what setup captures stands there by its name", async () => {
  const { code, out, err } = await karWith(
    FILE,
    ...["simulate", "--config", "/kar.yaml", "--digest", "content"],
    ...["--start", "2026-01-01T00:00:00Z", "--duration", "5s"],
  );
  assert.equal(code, 0, err);
  assert.match(out, /^[0-9a-f]{16}\n$/);
  assert.match(err, /has captured values by their names: only a run knows/);
});
