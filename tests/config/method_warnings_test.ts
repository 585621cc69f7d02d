import assert from "node:assert/strict";
import fc from "fast-check";
import { problems } from "./support.ts";

const target = (keys: string) =>
  problems(`targets: [{ name: api, url: http://localhost/, ${keys} }]\n`);

Deno.test("parseConfig() warns of a method that is not in capitals, and names what is sent", () => {
  assert.deepEqual(target("method: get"), [
    "kar.yaml:1:56: targets.0.method: warning: methods are case-sensitive: did you mean GET? That is what is sent",
  ]);
  assert.match(
    problems(
      "targets: [{ name: api, url: http://localhost/ }]\nhealth: { method: Head }\n",
    ).join(),
    /^kar\.yaml:2:\d+: health\.method: warning: .*did you mean HEAD\?[^\n]*$/,
  );
});

Deno.test("parseConfig() warns of every spelling of a method but its capitals", () => {
  const method = fc.constantFrom("GET", "POST", "PATCH", "PURGE")
    .chain((name) =>
      fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length })
        .map((small) =>
          [...name].map((char, i) => small[i] ? char.toLowerCase() : char)
            .join("")
        )
    );
  fc.assert(
    fc.property(method, (method) => {
      const count = method === method.toUpperCase() ? 0 : 1;
      assert.equal(target(`method: ${method}`).length, count);
    }),
    { seed: 98 },
  );
});

Deno.test("parseConfig() does not show what a variable holds as a method", () => {
  // KAR_HOST is localhost.
  const [told = ""] = target("method: '${KAR_HOST}'");
  assert.match(told, /did you mean its capitals\?/);
  assert.doesNotMatch(told, /localhost/i);
});

Deno.test("parseConfig() says of a gRPC target only that its method is not used", () => {
  const told = target("protocol: grpc, method: post");
  assert.equal(told.length, 1);
  assert.match(told[0]!, /gRPC always posts/);
});

Deno.test("parseConfig() refuses a tunnel however its method is spelt", () => {
  for (const method of ["CONNECT", "connect", "Connect"]) {
    assert.match(target(`method: ${method}`).join(), /must not be CONNECT/);
  }
});
