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
