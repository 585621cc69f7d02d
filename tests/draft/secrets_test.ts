import assert from "node:assert/strict";
import fc from "fast-check";
import { expand } from "../../src/base/mod.ts";
import {
  documentOf,
  type Draft,
  type DraftTarget,
  literal,
  withoutSecrets,
} from "../../src/draft/mod.ts";

const TRAFFIC = { rate: 50 };

function draftOf(target: Partial<DraftTarget>): Draft {
  const base = { name: "a", url: "http://localhost/", headers: [] };
  return {
    origin: "test",
    notes: [],
    targets: [{ ...base, ...target }],
    traffic: TRAFFIC,
    isWatched: false,
  };
}

/** A place for a secret, and what stands there once it is hidden. */
const PLACES:
  readonly (readonly [(secret: string) => Partial<DraftTarget>, RegExp])[] = [
    [
      (s) => ({ headers: [["Authorization", `Bearer ${s}`]] }),
      /Bearer \$\{AUTHORIZATION\}/,
    ],
    [(s) => ({ headers: [["authorization", s]] }), /\$\{AUTHORIZATION\}/],
    [(s) => ({ headers: [["Cookie", `a=${s}`]] }), /\$\{COOKIE\}/],
    [(s) => ({ headers: [["x-api-key", s]] }), /\$\{X_API_KEY\}/],
    [(s) => ({ headers: [["X-Auth-Token", s]] }), /\$\{X_AUTH_TOKEN\}/],
    [
      (s) => ({ url: `http://h/?a=1&access_token=${s}&b=2` }),
      /a=1&access_token=\$\{ACCESS_TOKEN\}&b=2/,
    ],
    [(s) => ({ url: `http://h/?key=${s}` }), /key=\$\{KEY\}/],
    [(s) => ({ body: `{"user": "x", "password": "${s}"}` }), /\$\{PASSWORD\}/],
    [
      (s) => ({ body: `user=x&client_secret=${s}` }),
      /user=x&client_secret=\$\{CLIENT_SECRET\}/,
    ],
    [
      (s) => ({
        body:
          `--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n${s}\r\n--b--\r\n`,
      }),
      /\$\{TOKEN\}/,
    ],
    [
      (s) => ({
        grpc: { method: "a.B/C", message: { login: { password: s } } },
      }),
      /\$\{PASSWORD\}/,
    ],
  ];

Deno.test("withoutSecrets() leaves no secret in the text, wherever it stood", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_+-]{12,40}$/);
  fc.assert(
    fc.property(secret, fc.constantFrom(...PLACES), (value, [at, says]) => {
      const { draft, secrets } = withoutSecrets(draftOf(at(value)));
      const text = documentOf(draft, secrets);
      assert.ok(!text.includes(value), text);
      assert.match(text, says);
      assert.equal(secrets.length, 1);
      assert.ok(secrets[0]!.value.includes(value));
    }),
    { verbose: true },
  );
});

Deno.test("withoutSecrets() changes nothing of what is sent", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_$.-]{4,20}$/);
  fc.assert(
    fc.property(secret, fc.constantFrom(...PLACES), (value, [at]) => {
      const before = draftOf(at(literal(value)));
      const { draft, secrets } = withoutSecrets(before);
      const values = Object.fromEntries(secrets.map((s) => [s.name, s.value]));
      const meaning = ({ targets }: Draft, of: Record<string, string>) => {
        const { url, headers, body, grpc } = targets[0]!;
        return [
          url,
          body ?? "",
          JSON.stringify(grpc ?? null),
          ...headers.flat(),
        ]
          .map((text) => expand(text, of));
      };
      assert.deepEqual(meaning(draft, values), meaning(before, {}));
    }),
    { verbose: true },
  );
});

Deno.test("withoutSecrets() hides a signed token under any name", () => {
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dGVzdHNpZw";
  for (
    const target of [{ url: `http://h/${jwt}/x` }, { body: `<a>${jwt}</a>` }, {
      headers: [["x-a", jwt]] as const,
    }]
  ) {
    const { draft, secrets } = withoutSecrets(draftOf(target));
    assert.deepEqual(secrets.map(({ name }) => name), ["TOKEN"]);
    assert.ok(!documentOf(draft, secrets).includes(jwt));
  }
});

Deno.test("withoutSecrets() leaves variables, and names that only sound alike", () => {
  for (
    const target of [
      { headers: [["authorization", "Bearer ${API_TOKEN}"]] as const },
      { headers: [["author", "somebody"], ["accept", "*/*"]] as const },
      { url: "http://h/?author=me&monkey=1&page=2" },
      { body: '{"author": "me", "passenger": "you", "keys": "a"}' },
    ]
  ) {
    const before = draftOf(target);
    const { draft, secrets } = withoutSecrets(before);
    assert.deepEqual([draft, secrets], [before, []]);
  }
});

Deno.test("withoutSecrets() gives one value one name, and two values two", () => {
  const headers = [["cookie", "a=1"], ["Cookie", "a=2"], [
    "x-cookie",
    "a=1",
  ]] as const;
  const { draft, secrets } = withoutSecrets(
    draftOf({ headers, url: "http://h/${COOKIE}" }),
  );
  assert.deepEqual(secrets.map(({ name }) => name), ["COOKIE_2", "COOKIE_3"]);
  assert.equal(draft.targets[0]!.headers[2]![1], "${COOKIE_2}");
});
