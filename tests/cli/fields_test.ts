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
    /targets\.0\.headers\.x-user: \{\{users\.name\}\}: row 1 of users has "a\\nb" as name, which cannot stand in a header/,
  ],
  [
    "a cell that would climb up the path",
    "id,name\n1,a\n..,b\n",
    (text) => text,
    /targets\.0\.url: \{\{users\.id\}\}: row 2 of users has "\.\." as id, which cannot be a segment of a path/,
  ],
  [
    "a column that is no number as types has it",
    "id,name\n1,a\nx,b\n",
    (text) => text.replace("in_order }", "in_order, types: { id: number } }"),
    /data\.users\.file: row 2 of users has "x" as id, which is no number/,
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
