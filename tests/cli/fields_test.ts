import assert from "node:assert/strict";
import { kar } from "./kar.ts";

const env = { TOKEN: "hunter2-s3cret" };

function configOf(csv: string): string {
  return `targets:
  - name: item
    url: "http://127.0.0.1:1/items/{{users.id}}?page={{int 1 40}}"
    headers: { authorization: "Bearer \${TOKEN}", x-user: "{{users.name}}" }
  - name: order
    url: http://127.0.0.1:1/orders
    method: POST
    basic_auth: { user: kar, password: "\${TOKEN}" }
    json: { user: "{{users.name}}", n: "{{seq}}", key: "\${TOKEN}" }
data:
  users: { file: ${csv}, pick: in_order }
`;
}

/** Runs kar with a data file that is really there. */
async function withData(
  csv: string,
  args: readonly string[],
  change: (config: string) => string = (config) => config,
) {
  const file = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(file, csv);
    const files = { "/kar.yaml": change(configOf(file)) };
    const { code, out, err } = await kar(args, { files, env });
    const hide = (text: string) => text.replaceAll(file, "users.csv");
    return { code, out: hide(out), err: hide(err) };
  } finally {
    await Deno.remove(file);
  }
}

const USERS = "id,name\n1,Ann\n2,Zoë\n";

Deno.test("kar validate --show prints requests as they would be sent, with variables by their names", async () => {
  const { code, out } = await withData(USERS, [
    "validate",
    "/kar.yaml",
    "--show",
    "2",
  ]);
  assert.equal(code, 0, out);
  assert.ok(!out.includes(env.TOKEN));
  assert.match(
    out,
    /^# item\nGET \/items\/1\?page=\d+\nuser-agent: kar\/\S+\nauthorization: Bearer \$\{TOKEN\}\nx-user: Ann\n$/m,
  );
  assert.match(out, /^GET \/items\/2\?page=/m);
  assert.match(out, /authorization: Basic \(kar:\$\{TOKEN\} in base64\)/);
  assert.match(out, /^\{"user":"Ann","n":0,"key":"\$\{TOKEN\}"\}$/m);
  assert.match(out, /^\{"user":"Zoë","n":1,/m);
});

Deno.test("kar simulate --digest content is the same each time, and another one where a cell is", async () => {
  const args = [
    ...["simulate", "--config", "/kar.yaml", "--digest", "content"],
    ...["--start", "2026-01-01T00:00:00Z", "--duration", "5s"],
  ];
  const first = await withData(USERS, args);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^[0-9a-f]{16}\n$/);
  assert.deepEqual(await withData(USERS, args), first);
  const other = await withData(USERS.replace("Ann", "Bob"), args);
  assert.notEqual(other.out, first.out);
});

Deno.test("the id of a plan changes with its templates and its data, and with nothing else of them", async () => {
  const id = async (csv: string, change?: (config: string) => string) => {
    const { out, err } = await withData(csv, [
      ...["simulate", "--config", "/kar.yaml", "--digest", "--format", "json"],
      ...["--start", "2026-01-01T00:00:00Z", "--duration", "1s"],
    ], change);
    assert.equal(err, "");
    return JSON.parse(out).planId;
  };
  const first = await id(USERS);
  assert.equal(await id(USERS), first);
  assert.notEqual(await id(USERS.replace("Ann", "Bob")), first);
  const other = await id(USERS, (text) => text.replace("int 1 40", "int 1 41"));
  assert.notEqual(other, first);
});

const WRONG: readonly (readonly [
  meaning: string,
  csv: string,
  change: (config: string) => string,
  told: RegExp,
])[] = [
  [
    "an unknown column",
    USERS,
    (text) => text.replace("users.id", "users.idd"),
    /^\/kar\.yaml:3:10: targets\.0\.url: \{\{users\.idd\}\}: users has no such column, did you mean users\.id\?$/m,
  ],
  [
    "a row with too few cells",
    "id,name\n1\n",
    (text) => text,
    /^\/kar\.yaml:11:18: data\.users\.file: users\.csv:2:1: has 1 cell, must have 2/m,
  ],
  [
    "a cell that cannot stand in a header",
    'id,name\n1,"a\nb"\n',
    (text) => text,
    /targets\.0\.headers\.x-user: \{\{users\.name\}\}: users\.csv:2:3: row 1 of users has "a\\nb" as name, which cannot stand in a header/,
  ],
  [
    "a cell that would climb up the path",
    "id,name\n1,a\n..,b\n",
    (text) => text,
    /targets\.0\.url: \{\{users\.id\}\}: users\.csv:3:1: row 2 of users has "\.\." as id, which cannot be a segment of a path/,
  ],
  [
    "a column that is no number as types has it",
    "id,name\n1,a\nx,b\n",
    (text) => text.replace("in_order }", "in_order, types: { id: number } }"),
    /data\.users\.file: users\.csv:3:1: row 2 of users has "x" as id, which is no number/,
  ],
  [
    "a field in the host",
    USERS,
    (text) => text.replace("127.0.0.1:1/items", "{{users.name}}/items"),
    /targets\.0\.url: must have \{\{fields\}\} in path and query only/,
  ],
  [
    "a file that is not there",
    USERS,
    (text) => text.replace(/file: \S+\.csv/, "file: /nowhere/x.csv"),
    /data\.users\.file: the file \/nowhere\/x\.csv does not exist/,
  ],
];

for (const [meaning, csv, change, told] of WRONG) {
  Deno.test(`kar validate tells ${meaning}, with its place`, async () => {
    const { code, out } = await withData(
      csv,
      ["validate", "/kar.yaml"],
      change,
    );
    assert.equal(code, 3, out);
    assert.match(out, told);
  });
}

Deno.test("wrong columns, cells, files and keys are told together", async () => {
  const { code, out } = await withData(
    "id,name\n1,a\n..,b\n",
    ["validate", "/kar.yaml"],
    (text) =>
      text.replace('"{{users.name}}" }', '"{{users.nam}}" }').replace(
        "json: {",
        "json: { m: '{{frob}} {{int 5 1}}',",
      ).replace(
        "data:\n",
        `colour: red
data:
  b: { values: [{ a: 1 }, { b: 2 }] }
  c: { values: [{ a: 1 }, { a: x }], types: { a: number, z: number } }
  d: { file: /nowhere/x.csv }
`,
      ),
  );
  assert.equal(code, 3);
  const lines = [
    '3:10: targets.0.url: {{users.id}}: users.csv:3:1: row 2 of users has ".."',
    "4:58: targets.0.headers.x-user: {{users.nam}}: users has no such column",
    "9:16: targets.1.json.m: {{frob}}: is not known",
    "9:16: targets.1.json.m: {{int 5 1}}: takes the least number first",
    "10:1: colour: unknown key",
    "12:27: data.b.values.1: item 2 has no a",
    "13:16: data.c.values: has no column z",
    '13:27: data.c.values.1: row 2 of c has "x" as a',
    "14:14: data.d.file: the file /nowhere/x.csv does not exist",
    " cannot be used: 9 problems",
  ];
  const told = out.trimEnd().split("\n").map((line, i) =>
    line.replace("/kar.yaml:", "").slice(0, lines[i]?.length)
  );
  assert.deepEqual(told, lines, out);
});

Deno.test("a row of values that is wrong is told at its place", async () => {
  const config = `targets: [{ name: a, url: "http://127.0.0.1:1/{{b.a}}" }]
data:
  b:
    values:
      - { a: 1 }
      - { b: 2 }
  c:
    types: { a: number, z: boolean }
    values:
      - { a: 1 }
      - { a: x }
`;
  const files = { "/kar.yaml": config };
  const { code, out } = await kar(["validate", "/kar.yaml"], { files });
  assert.equal(code, 3);
  assert.match(out, /^\/kar\.yaml:6:9: data\.b\.values\.1: item 2 has no a$/m);
  assert.match(
    out,
    /^\/kar\.yaml:11:9: data\.c\.values\.1: row 2 of c has "x"/m,
  );
  assert.match(out, /data\.c\.values: has no column z, which types names/);
});
