/** Journeys against grpc-go, which keeps a log: login, token in metadata, cart; declared, and in a script. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ReportV1 } from "../../src/report/mod.ts";
import { runScripts } from "../net/scripts.ts";
import { freePort, isFound, startServer } from "./support.ts";

const FOLDER = fileURLToPath(new URL("./go_grpc", import.meta.url));
const IS_THERE = await hasModules();

/** Whether Go is there, and its modules are or can be had; says so when not. */
async function hasModules(): Promise<boolean> {
  const isThere = await isFound("go") && (await go("mod", "download")).success;
  if (!isThere) console.log("skipped: no Go with the modules of grpc-go");
  return isThere;
}

function go(...args: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("go", {
    args,
    cwd: FOLDER,
    env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local" },
    stdout: "null",
    stderr: "piped",
  }).output();
}

const DATA = `
data:
  users: { values: [{ name: ann }, { name: "bob ö" }] }
  items: { values: [{ sku: sku-1 }, { sku: sku-2 }, { sku: sku-3 }], pick: zipf }
`;

const DECLARED = `${DATA}
journeys:
  - name: buy
    base: BASE
    connection: CONNECTION
    steps:
      - name: login
        grpc: { method: shop.v1.Shop/Login, reflection: true, message: { name: "{{users.name}}", visit: "{{uuid}}" } }
        capture: { token: { header: x-token } }
      - name: cart
        grpc:
          method: shop.v1.Shop/Cart
          reflection: true
          message:
            - { sku: "{{items.sku}}", quantity: "{{int 1 9}}" }
            - { sku: "{{items.sku}}", quantity: "{{int 1 9}}" }
        headers: { authorization: "Bearer {{token}}" }
        repeat: { int: [1, 3] }
      - name: list
        grpc: { method: shop.v1.Shop/List, reflection: true, message: { sku: "{{items.sku}}" } }
        headers: { authorization: "Bearer {{token}}" }
      - name: stranger
        grpc: { method: shop.v1.Shop/Cart, reflection: true, message: [{ sku: sku-1 }] }
        headers: { authorization: Bearer of-nobody }
        ok: [16]
`;

const SCRIPTED = `${DATA}
journeys:
  - name: buy
    base: BASE
    connection: CONNECTION
    protocol: http2
    script: buy.js
    grpc:
      login: { method: shop.v1.Shop/Login, reflection: true }
      cart: { method: shop.v1.Shop/Cart, reflection: true }
      list: { method: shop.v1.Shop/List, reflection: true }
      stranger: { method: shop.v1.Shop/Cart, reflection: true }
`;

const SCRIPT = `export const steps = ["login", "cart", "list", "stranger"];
export default async ({ grpc, data, random }) => {
  const message = { name: data.users.name, visit: random.uuid() };
  const a = await grpc("login", { message });
  if (a.kind === "failure" || a.status !== 0) return;
  const metadata = { authorization: "Bearer " + a.header("x-token") };
  const item = () => ({ sku: data.items.sku, quantity: random.int(1, 9) });
  for (let i = random.int(1, 3); i > 0; i--) {
    await grpc("cart", { message: [item(), item()], metadata });
  }
  await grpc("list", { message: { sku: data.items.sku }, metadata });
  await grpc("stranger", {
    message: [{ sku: "sku-1" }],
    metadata: { authorization: "Bearer of-nobody" },
    ok: [16],
  });
};
`;

/** Runs it; kar's report, and the lines of the shop's log with their counts. */
async function shopped(yaml: string) {
  const folder = await Deno.makeTempDir();
  try {
    const [program, log] = [join(folder, "shop"), join(folder, "log")];
    const built = await go("build", "-o", program, ".");
    assert.ok(built.success, new TextDecoder().decode(built.stderr));
    const port = freePort();
    const server = await startServer([program, `${port}`, log], port);
    const { report, text } = await runScripts({
      files: { "kar.yaml": yaml, "buy.js": SCRIPT },
      server: { base: `http://127.0.0.1:${port}` },
    });
    await server.stop();
    const seen: Record<string, number> = {};
    for (const line of (await Deno.readTextFile(log)).trim().split("\n")) {
      seen[line] = (seen[line] ?? 0) + 1;
    }
    return { report, text, seen };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function stepsOf(report: ReportV1) {
  return Object.fromEntries(
    report.journeys![0]!.steps.map((step) => [step.name, step]),
  );
}

for (const [how, yaml] of [["declared", DECLARED], ["script", SCRIPTED]]) {
  for (const connection of ["shared", "own"]) {
    Deno.test({
      name:
        `login, token in metadata and cart against grpc-go (${how}, ${connection}): both sides count the same`,
      ignore: !IS_THERE,
      fn: async () => {
        const { report, text, seen } = await shopped(
          yaml!.replace("CONNECTION", connection),
        );
        const { failed, missed, journeys } = report;
        assert.deepEqual([failed, missed], [{}, {}], text);
        const [buy] = journeys!;
        assert.ok(buy!.started > 30);
        assert.equal(buy!.finished, buy!.started);
        const { login, cart, list, stranger } = stepsOf(report);
        assert.ok(cart!.sent > 1.5 * buy!.started);
        assert.deepEqual(seen, {
          "Login 0 1": login!.sent,
          "Cart 0 2": cart!.sent,
          "List 0 1": list!.sent,
          "Cart 16 0": stranger!.sent,
        });
        assert.doesNotMatch(text, /t-[0-9a-f]{8}-[0-9a-f]{4}-4/);
      },
    });
  }
}
