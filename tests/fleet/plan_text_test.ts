import assert from "node:assert/strict";
import {
  loadedFrom,
  planText,
  readPlan,
} from "../../src/cli/fleet/plan/plan_text.ts";
import { loadPlan } from "../../src/cli/load_plan.ts";
import { KarError } from "../../src/base/mod.ts";
import { realSystem } from "../../src/cli/real_system.ts";

/* What a machine needs of its own for the plan of a run that another one has opened. */

const SCRIPT = `export const steps = ["a"];
export default async function () {}
`;

const CONFIG = (script: string) => `
targets: [{ name: api, url: "http://localhost/" }]
journeys:
  - name: buyer
    base: http://localhost
    script: ${script}
`;

Deno.test("the plan of a fleet's run with a script is read where that script is, and nowhere else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const script = `${folder}/buyer.js`;
    await Deno.writeTextFile(script, SCRIPT);
    const config = `${folder}/kar.yaml`;
    await Deno.writeTextFile(config, CONFIG(script));
    const system = realSystem();
    const { plan } = await loadPlan(system, { config, drawnSeed: 1 });
    const text = planText(plan);

    const { sources } = await loadedFrom(system, text);
    assert.deepEqual(sources.scripts?.map(({ journey }) => journey), ["buyer"]);

    await assert.rejects(
      loadedFrom(
        system,
        forged(text, (plan) => plan.journeys[0].script.digest = null),
      ),
      new KarError(
        "config",
        `${script} is not read: the plan does not say what it holds`,
      ),
    );
    await Deno.writeTextFile(script, `${SCRIPT}// another one\n`);
    await assert.rejects(
      loadedFrom(system, text),
      new KarError(
        "config",
        `${script} differs here from the plan's`,
      ),
    );
    await Deno.remove(script);
    await assert.rejects(
      loadedFrom(system, text),
      new KarError("config", `${script}: the file does not exist`),
    );
    assert.equal(
      readPlan(text).journeys?.length,
      1,
      "who only looks needs none",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A folder with a file that whoever opens a run would like to have. */
async function withSecret(
  use: (files: { folder: string; secret: string }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const secret = `${folder}/secret.csv`;
    await Deno.writeTextFile(secret, "user,key\nroot,hunter2\n");
    await use({ folder, secret });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The plan of a config, as it would stand on a bus. */
async function textFor(folder: string, yaml: string): Promise<string> {
  const config = `${folder}/kar.yaml`;
  await Deno.writeTextFile(config, yaml);
  const { plan } = await loadPlan(realSystem(), { config, drawnSeed: 1 });
  return planText(plan);
}

/** The same text with something else in it. */
function forged(text: string, change: (plan: Forged) => void): string {
  const plan = JSON.parse(text);
  change(plan);
  return JSON.stringify(plan);
}

// deno-lint-ignore no-explicit-any
type Forged = any;

Deno.test("a plan reads no file of a joiner of which it does not have the hash", () =>
  withSecret(async ({ folder, secret }) => {
    const system = realSystem();
    const data = await textFor(
      folder,
      `data: { users: { file: ${secret} } }
targets: [{ name: api, url: "http://localhost/{{users.key}}" }]
`,
    );
    assert.equal((await loadedFrom(system, data)).sources.data.length, 1);
    const why = `${secret} is not read: the plan does not say what it holds`;
    const other = `${secret} differs here from the plan's`;
    for (
      const [digest, message] of [[undefined, why], ["0".repeat(64), other]]
    ) {
      await assert.rejects(
        loadedFrom(
          system,
          forged(data, (plan) => plan.data[0].digest = digest),
        ),
        new KarError("config", message!),
      );
    }
    // Nobody hears what stands in it where it is none of the plan's.
    await Deno.writeTextFile(secret, 'hunter2 hunter3\n"unclosed');
    await assert.rejects(
      loadedFrom(system, data),
      new KarError("config", other),
    );
    const body = await textFor(
      folder,
      `targets: [{ name: api, url: "http://localhost/", method: POST, body: { file: ${secret} } }]
`,
    );
    assert.equal((await loadedFrom(system, body)).sources.files?.size, 1);
    await assert.rejects(
      loadedFrom(system, forged(body, (plan) => plan.files = {})),
      new KarError("config", why),
    );
  }));

Deno.test("certificates, keys and descriptions are read where somebody on this machine has said so", () =>
  withSecret(async ({ folder, secret }) => {
    const system = realSystem();
    const text = await textFor(
      folder,
      `targets:
  - { name: api, url: "https://localhost/", tls: { ca: ${secret} } }
  - { name: rpc, protocol: grpc, url: "http://localhost:1", grpc: { method: a.B/C, proto: [${secret}] } }
`,
    );
    await assert.rejects(
      loadedFrom(system, text),
      (error: KarError) => {
        assert.equal(error.exit, "config");
        assert.ok(
          error.message.includes(
            `${secret} (target api, tls.ca), ${secret} (target rpc, grpc.proto)`,
          ),
          error.message,
        );
        assert.match(error.message, /--plan-files lets kar join read them/);
        return true;
      },
    );
    await loadedFrom(system, text, { mayRead: (file) => file === secret });
  }));

Deno.test("numbers of a plan that no config can have come to are refused", () =>
  withSecret(async ({ folder }) => {
    const text = await textFor(
      folder,
      `targets: [{ name: api, url: "http://localhost/" }]
journeys:
  - name: buyer
    base: http://localhost
    steps: [{ name: a, get: /a }, { think: 2s }, { name: b, get: /b }]
`,
    );
    readPlan(text);
    const changes: ((plan: Forged) => void)[] = [
      (plan) => plan.journeys[0].items[1].think.meanMs = 1e12,
      (plan) => plan.journeys[0].items[1].think.meanMs = -1,
      (plan) => plan.targets[0].timeoutMs = -5,
      (plan) => plan.targets[0].weight = -1,
      (plan) => plan.limits.inFlight = -1,
      (plan) => plan.limits.maxBodyBytes = 1e300,
      (plan) => plan.pattern.base = -1,
      (plan) => plan.shutdownTimeoutMs = 1e18,
      (plan) => plan.replay = { trace: "/etc/passwd", digest: "" },
    ];
    for (const change of changes) {
      assert.throws(
        () => readPlan(forged(text, change)),
        /is none that this kar can read: /,
        String(change),
      );
    }
    const huge = text.replace(/"meanMs":2000/, '"meanMs":1e999');
    assert.notEqual(huge, text);
    assert.throws(() => readPlan(huge), /plan\.journeys\.0\.items/);
  }));
