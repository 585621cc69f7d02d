/** Scripts before anything is sent: what is refused and where, types, the plan's id. */
import assert from "node:assert/strict";
import { useScripts } from "./scripts.ts";

const STEPS = 'export const steps = ["a", "b"] as const;\n';
const script = (body: string) =>
  `${STEPS}export default async ({ http, random, data }: any) => {\n${body}\n};\n`;

/** Scripts that cannot be used, and what is said of each, with its place. */
const BROKEN: readonly (readonly [string, RegExp])[] = [
  [
    'import fs from "node:fs";\n' + script(""),
    /odd\.ts:1:16: must import files beside it only/,
  ],
  [
    'import chalk from "npm:chalk";\n' + script(""),
    /odd\.ts:1:19: must import/,
  ],
  [
    'import a from "./none.ts";\n' + script(""),
    /none\.ts: the file does not exist/,
  ],
  [
    script('await import("./x.ts");'),
    /odd\.ts:3:7: must not import while it runs/,
  ],
  [script("const x: = 1;"), /odd\.ts:3:10: /],
  [
    script("const x: number = 'a';"),
    /odd\.ts:3:7: Type 'string' is not assignable to type 'number'/,
  ],
  [
    "enum A { B }\n" + script(""),
    /odd\.ts:1:1: TypeScript enum cannot be used/,
  ],
  ["export default () => {};", /odd\.ts: must export its steps/],
  ['export const steps = ["a"];', /odd\.ts: must export default a function/],
  [
    'export const steps = ["a", "a"]; export default () => {};',
    /each step must have a name of its own/,
  ],
  [
    STEPS + 'throw new Error("at once");\nexport default () => {};',
    /odd\.ts:2:7: Error: at once/,
  ],
  [STEPS + "for (;;);\nexport default () => {};", /did not give way for 2 s/],
];

for (const [source, reason] of BROKEN) {
  Deno.test(`kar validate refuses a script: ${reason.source}`, async () => {
    const files = {
      "odd.ts": source,
      "kar.yaml": "journeys:\n  - { name: odd, base: BASE, script: odd.ts }\n",
    };
    const { code, out } = await useScripts({
      files,
      args: ["validate", "kar.yaml"],
    });
    assert.equal(code, 3);
    assert.match(out, /^kar\.yaml:2:\d+: journeys\.0\.script/m);
    assert.match(out, reason);
  });
}

Deno.test("kar types gives what a script's types want, with the columns of a config's data", async () => {
  const typed = `import type { Journey } from "./kar.d.ts";
export const steps = ["a"] as const;
export default (async ({ http, data }) => {
  await http("a", { path: "/" + data.users.name.toUpperCase() + data.users.age.toFixed(0) });
}) satisfies Journey<typeof steps>;
`;
  const yaml =
    "data: { users: { values: [{ name: ann, age: 3 }], types: { age: number } } }\njourneys:\n  - { name: odd, base: BASE, script: odd.ts }\n";
  const types = await useScripts({
    files: { "kar.yaml": yaml, "odd.ts": typed },
    args: ["types", "kar.yaml"],
  });
  assert.equal(types.code, 0, types.err);
  const validated = (source: string) =>
    useScripts({
      files: { "kar.yaml": yaml, "odd.ts": source, "kar.d.ts": types.out },
      args: ["validate", "kar.yaml"],
    });
  const good = await validated(typed);
  assert.equal(good.code, 0, good.out);
  const step = await validated(typed.replace('http("a"', 'http("z"'));
  assert.match(step.out, /odd\.ts:4:14: Argument of type '"z"'/);
  const column = await validated(typed.replace("users.name", "users.nam"));
  assert.match(column.out, /odd\.ts:4:44: Property 'nam' does not exist/);
});

Deno.test("the plan's id is that of a script's files, and not of their names", async () => {
  const idOf = async (files: Record<string, string>, script = "odd.ts") => {
    const yaml =
      `journeys:\n  - { name: odd, base: BASE, script: ${script} }\n`;
    const { out, err } = await useScripts({
      files: { ...files, "kar.yaml": yaml },
      args: [
        "simulate",
        "--config",
        "kar.yaml",
        "--digest",
        "content",
        "--format",
        "json",
        "--duration",
        "1m",
      ],
    });
    assert.match(err, /What scripts ask for is left out of the digest/);
    return JSON.parse(out).planId;
  };
  const files = {
    "odd.ts": `import { n } from "./n.ts";\n${script("return n;")}`,
    "n.ts": "export const n = 1;",
  };
  const id = await idOf(files);
  assert.equal(await idOf(files), id);
  assert.notEqual(await idOf({ ...files, "n.ts": "export const n = 2;" }), id);
  assert.notEqual(
    await idOf({ ...files, "odd.ts": files["odd.ts"] + "// more" }),
    id,
  );
  const renamed = { "other.ts": files["odd.ts"], "n.ts": files["n.ts"] };
  assert.equal(await idOf(renamed, "other.ts"), id);
});
