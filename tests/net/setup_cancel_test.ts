import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";

Deno.test("Ctrl-C ends a setup whose answer does not come, and no further step is done", async () => {
  const asked: string[] = [];
  const begun = Promise.withResolvers<void>();
  const answers = Promise.withResolvers<void>();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async ({ url }) => {
      asked.push(new URL(url).pathname);
      begun.resolve();
      await answers.promise;
      return new Response("late");
    },
  );
  const base = `http://127.0.0.1:${server.addr.port}`;
  const config = `
setup:
  base: ${base}
  steps:
    - { name: slow, get: /slow }
    - { name: next, get: /next }
targets: [{ name: a, url: "${base}/a" }]
health: { enabled: false }
metrics: { enabled: false }
`;
  const system = new FakeSystem({
    args: ["run", "--config", "kar.yaml", "--quiet", "--duration", "5s"],
    files: { "kar.yaml": config },
  });
  try {
    const code = runCli(system);
    // What is refused never asks.
    await Promise.race([begun.promise, code]);
    system.interrupt();
    assert.equal(await code, 130, system.stderr.text);
    assert.match(
      system.stderr.text,
      /^kar: Cancelled while the setup was done; nothing else was sent$/m,
    );
  } finally {
    // The request under way ends by itself.
    answers.resolve();
    await server.shutdown();
  }
  assert.deepEqual(asked, ["/slow"]);
});
