import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { importCurl, imported } from "../../src/import/mod.ts";
import { kar } from "../cli/kar.ts";
import { CURL_LINES } from "./curl_lines.ts";

for (const [line, wanted] of CURL_LINES) {
  Deno.test(`kar import curl takes over ${JSON.stringify(line)}`, async () => {
    const { code, out, err } = await kar(["import", "curl", line]);
    assert.equal(code, 0, err);
    assert.ok(!out.includes("hunter2"), "no secret is copied");
    const [target] = parse(out).targets;
    for (const [key, value] of Object.entries(wanted)) {
      const got = target[key];
      if (key === "headers") {
        for (const [name, text] of Object.entries(value as object)) {
          assert.equal(got[name], text);
        }
      } else assert.deepEqual(got, value);
    }
    const env = Object.fromEntries(
      [...out.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map(([, name]) => [name!, "x"]),
    );
    const checked = await kar(["validate", "a.yaml", "--json"], {
      files: { "a.yaml": out },
      env,
    });
    const { problems = [] } = JSON.parse(checked.out);
    const errors = problems.filter((
      { severity, message }: { severity: string; message: string },
    ) =>
      // Files of the command are not here.
      severity === "error" &&
      !/does not exist|cannot be read|no such file/i.test(message)
    );
    assert.deepEqual(errors, []);
  });
}

Deno.test("kar import curl says what is not taken over, and why", async () => {
  const { code, out, err } = await kar([
    "import",
    "curl",
    "curl -L --resolve a:1:2 -x http://p -b jar.txt --digest http://h/",
  ]);
  assert.equal(code, 0);
  for (
    const [flag, why] of [
      ["location", "no redirect"],
      ["resolve", "address of the URL"],
      ["proxy", "without a proxy"],
      ["cookie", "jar.txt"],
      ["digest", "basic_auth"],
    ]
  ) {
    const line = new RegExp(`option --${flag}: .*${why}`);
    assert.match(err, line);
    assert.match(out, line);
  }
});

Deno.test("kar import curl makes a target of each URL", async () => {
  const { out } = await kar([
    "import",
    "curl",
    "curl http://h/a http://h/a --next -X PUT http://h/b",
  ]);
  const { targets } = parse(out);
  assert.deepEqual(targets.map(({ name }: { name: string }) => name), [
    "GET h/a",
    "GET h/a 2",
    "PUT h/b",
  ]);
});

/** Texts with more than one command, and the targets that they are. */
const SEVERAL: readonly (readonly [string, readonly string[]])[] = [
  ["curl http://h/a\ncurl -X PUT http://h/b", ["GET h/a", "PUT h/b"]],
  ["curl http://h/a -d x=1 ;\r\ncurl http://h/b", ["POST h/a", "GET h/b"]],
  ["$ curl http://h/a\n$ A=1 curl http://h/b", ["GET h/a", "GET h/b"]],
  ["curl -X PUT http://h/a & curl http://h/b", ["PUT h/a", "GET h/b"]],
  ["curl -X PUT http://h/a && curl http://h/b", ["PUT h/a", "GET h/b"]],
  ["curl http://h/a | jq . | curl -T - http://h/b", ["GET h/a", "PUT h/b"]],
  ["curl http://h/a \\\n -X PUT\ncurl http://h/b", ["PUT h/a", "GET h/b"]],
  ["# both\ncurl http://h/a # one\n\ncurl http://h/b", ["GET h/a", "GET h/b"]],
  ["curl http://h/a > out.txt 2>&1 -X PUT", ["PUT h/a"]],
  ["curl 'http://h/a;b' -d 'c\n&d|e'", ["POST h/a;b"]],
  ["curl -- http://h/a", ["GET h/a"]],
  ["curl 'http://[::1]:8080/a' -g 'http://h/{b}'", [
    "GET [::1]:8080/a",
    "GET h/{b}",
  ]],
  ["curl http://h/a 'http://h/{1,2}' 'http://h/[1-3]' 'http://h/${ID}'", [
    "GET h/a",
    "GET h/$ {ID}",
  ]],
];

for (const [text, wanted] of SEVERAL) {
  Deno.test(`importCurl() makes ${wanted.join(", ")} of ${JSON.stringify(text)}`, () => {
    const { draft } = importCurl(text);
    assert.deepEqual(draft.targets.map(({ name }) => name), wanted);
  });
}

/** What curl would do and kar does not, or what nobody knows. */
const TOLD: readonly (readonly [string, readonly RegExp[]])[] = [
  ["curl --fooo http://a", [/^option --fooo: not known$/]],
  ["curl --compressed --no-keepalive -sS --fail-with-body http://a", []],
  ["curl http://a?b=1&c=2", [
    /^the command "c=2": it is not curl; quote a URL/,
  ]],
  ["curl http://a | jq .", [/^the command "jq": it is not curl/]],
  ["curl 'http://a/{1,2}'", [
    /^the URL "http:\/\/a\/\{1,2\}": curl makes several/,
  ]],
  ["curl 'http://a/[1-3]'", [/^the URL .* curl makes several of "\[1-3\]"/]],
];

for (const [text, wanted] of TOLD) {
  Deno.test(`importCurl() tells ${wanted.length} things of ${JSON.stringify(text)}`, () => {
    const { left } = importCurl(text);
    assert.equal(left.length, wanted.length, left.join("\n"));
    for (const [i, says] of wanted.entries()) assert.match(left[i]!, says);
  });
}

/** What is no command of curl, and the one error that it gets. */
const WRONG: readonly (readonly [string, RegExp])[] = [
  ["wget http://h/", /curl: must begin with curl, got "wget"/],
  ["", /must begin with curl, got nothing/],
  ["curl", /has no URL/],
  ["curl 'http://h/", /line 1: the quote ' does not end/],
  ['curl http://h/ \\\n -H "a: b', /line 2: the quote " does not end/],
  ["curl -X", /option -X: has no value/],
  ["curl http://h/ -F a", /option -F: must be name=value/],
  ["curl ftp://h/a", /nothing is left that kar could send/],
];

for (const [text, says] of WRONG) {
  Deno.test(`kar import curl ${JSON.stringify(text)} is one error with its place`, async () => {
    const { code, out, err } = await kar(["import", "curl", text]);
    assert.deepEqual([code, out], [3, ""]);
    assert.match(err, says);
  });
}

Deno.test("importCurl() never throws anything but a fault, whatever the text is", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "curl",
      " ",
      "'",
      '"',
      "\\",
      "$'",
      "-",
      "--",
      "-d",
      "@",
      "http://h/",
      "-F",
      "=",
      ";",
      "{{",
      "${A}",
      "\n",
      "-H",
      "a: b",
      "--next",
      "%",
      "|",
      "&",
      "#",
      ">",
      "2>",
      "[",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const result = imported(() => importCurl(`curl ${pieces.join("")}`));
      assert.ok(result.kind === "imported" || result.message.length > 5);
    }),
    { verbose: true, numRuns: 3000 },
  );
});

Deno.test("kar import curl gives YAML that validates, or one error, for any command", async () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      "-d",
      "-H",
      "-F",
      "a=b",
      "x: y",
      "-X",
      "--json",
      "-u",
      "http://h/{a}",
      "http://[::1]/",
      "-G",
      "-b",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
      const line = ["curl", "http://h/", ...words].map((text) =>
        `'${text.replaceAll("'", "'\\''")}'`
      ).join(" ");
      const { code, out, err } = await kar(["import", "curl", line]);
      assert.ok(
        code === 3
          ? out === "" && err !== ""
          : code === 0 && parse(out).targets.length > 0,
        err,
      );
    }),
    { verbose: true, numRuns: 150 },
  );
});
