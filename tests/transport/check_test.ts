import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { AnswerCheck } from "../../src/request/mod.ts";
import {
  loadCompileJson,
  type TargetContext,
} from "../../src/transport/mod.ts";
import { dataSet, sourcesOf } from "../request/support.ts";
import { openedHttp1 } from "./opened.ts";
import { Recorder, testCall, testTarget } from "./support.ts";

const NONE: AnswerCheck = {
  status: null,
  headers: [],
  contains: null,
  matches: null,
  json: [],
};

/** What comes of requests to a server that greets whom they name. */
async function outcomes(
  over: Partial<AnswerCheck>,
  { status = 200, path = "/{{users.name}}" } = {},
): Promise<string[]> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url!.slice(1));
    response.writeHead(status, { etag: `"${name}"` });
    response.end(JSON.stringify({ user: { name, id: 7 }, tags: ["a", null] }));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const check = { ...NONE, ...over };
  const recorder = new Recorder();
  const context: TargetContext = Object.assign(recorder, {
    sources: sourcesOf([dataSet("users", [{ name: "Ann" }, { name: "Zoë" }])]),
    ...await loadCompileJson({ check }),
  });
  const target = testTarget({
    url: `http://127.0.0.1:${port}${path}`,
    check,
  });
  const client = openedHttp1(target, context);
  for (let index = 0; index < 4; index++) {
    client.send({ ...testCall(), index });
    await recorder.until(index + 1);
  }
  await client.close();
  server.close();
  server.closeAllConnections();
  return [
    ...new Set(
      recorder.results.map(({ outcome }) =>
        outcome.kind === "answer"
          ? `${outcome.code}`
          : `${outcome.failure}: ${outcome.reason}`
      ),
    ),
  ];
}

const HELD: readonly Partial<AnswerCheck>[] = [
  { status: [[200, 200]] },
  { headers: [["ETag", '"{{users.name}}"']] },
  { contains: '"name":"{{users.name}}"' },
  { matches: "^\\{.*\\d+" },
  { json: [["$.user.name", "{{users.name}}"], ["$.user.id", 7]] },
  {
    json: [["$.tags", ["a", null]], ["$.user", {
      id: 7,
      name: "{{users.name}}",
    }]],
  },
];

for (const check of HELD) {
  Deno.test(`an answer that is as ${JSON.stringify(check)} wants it is a success`, async () => {
    assert.deepEqual(await outcomes(check), ["200"]);
  });
}

const FAILED: readonly (readonly [Partial<AnswerCheck>, string])[] = [
  [{ status: [[201, 204], [404, 404]] }, "status: 200, must be 201-204, 404"],
  [{ headers: [["etag", "x"]] }, 'header etag: ""Ann"", must be "x"'],
  [{ headers: [["x-no", "x"]] }, 'header x-no: nothing, must be "x"'],
  [{ contains: "nope" }, 'body: "nope" is not in it'],
  [{ matches: "^nope" }, 'body: does not match "^nope"'],
  [{ json: [["$.user.id", "7"]] }, 'json $.user.id: 7, must be "7"'],
  [{ json: [["$.nothing", 1]] }, "json $.nothing: nothing, must be 1"],
];

for (const [check, why] of FAILED) {
  Deno.test(`an answer that is not as ${JSON.stringify(check)} wants it has failed, and says why`, async () => {
    const [told] = await outcomes(check, { path: "/Ann" });
    assert.equal(told, `check: ${why}`);
  });
}

Deno.test("a check of the status says that others are failures, and which one it wants is none", async () => {
  const check = { status: [[404, 404]] } as const;
  assert.deepEqual(await outcomes(check, { status: 404 }), ["404"]);
  assert.deepEqual(await outcomes({ contains: "x" }, { status: 500 }), ["500"]);
});

Deno.test("a check that cannot be made is refused as the target is opened", async () => {
  await assert.rejects(
    outcomes({ json: [["$.[", 1]] }),
    /target .*: check\.json \$\.\[ must be a JSONPath/,
  );
  await assert.rejects(
    outcomes({ matches: "(" }),
    /check\.body\.matches must be a regular expression/,
  );
});
