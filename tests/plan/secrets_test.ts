import assert from "node:assert/strict";
import { literalSecrets } from "../../src/plan/mod.ts";
import { targetFixture } from "../fixtures/snapshot.ts";

Deno.test("literalSecrets() finds what stands in a plan itself, and leaves alone what has a name", () => {
  const targets = [
    targetFixture({
      headers: [
        ["Authorization", "Bearer sesame"],
        ["cookie", "${COOKIE}"],
        ["x-api-key", "{{keys.key}}"],
        ["accept", "text/html"],
      ],
    }),
    targetFixture({
      headers: [["authorization", "other"], ["x-api-key", "sesame"]],
      basicAuth: { user: "kar", password: "öffne" },
    }),
    targetFixture({ basicAuth: { user: "kar", password: "${PASSWORD}" } }),
  ];
  const { basic_auth: password, basic_auth_2: sent, ...rest } = literalSecrets({
    targets,
  });
  assert.deepEqual(rest, { authorization: "sesame", authorization_2: "other" });
  assert.equal(password, "öffne");
  const bytes = Uint8Array.from(atob(sent!), (c) => c.charCodeAt(0));
  assert.equal(new TextDecoder().decode(bytes), "kar:öffne");
});

Deno.test("literalSecrets() knows basic_auth as it is sent, with what the environment holds", () => {
  const basicAuth = { user: "${NAME}", password: "${PASSWORD}" };
  const targets = [targetFixture({ basicAuth })];
  const variables = { NAME: "kar", PASSWORD: "sesame" };
  assert.deepEqual(literalSecrets({ targets }, variables), {
    basic_auth: btoa("kar:sesame"),
  });
  // Nothing is known of what each request has of its own.
  const drawn = [{ ...basicAuth, password: "{{hex 8}}" }];
  assert.deepEqual(
    literalSecrets({
      targets: drawn.map((basicAuth) => targetFixture({ basicAuth })),
    }, variables),
    {},
  );
});

Deno.test("literalSecrets() knows what a script is given under a secret's name", () => {
  const vars = { key: "sesame", sort: "ascending", token: "${TOKEN}" };
  const script = { file: "a.ts", digest: null, data: [], vars };
  const journeys = [{ ...JOURNEY, script }];
  assert.deepEqual(literalSecrets({ targets: [], journeys }), {
    key: "sesame",
  });
});

const JOURNEY = {
  name: "odd",
  weight: 1,
  timeoutMs: 1000,
  connection: "shared",
  cookies: false,
  items: [],
} as const;
