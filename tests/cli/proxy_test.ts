import assert from "node:assert/strict";
import { parse } from "../config/support.ts";
import { KAR } from "./kar.ts";

/** A server that answers everything with one code, and counts. */
function serve(status: number) {
  const seen = { requests: 0 };
  const at = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(at, () => {
    seen.requests++;
    return new Response("", { status });
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return { seen, url, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("kar run sends by no client through a proxy, and warns once of one that is set", async () => {
  await using target = serve(200);
  await using proxy = serve(502);
  const folder = await Deno.makeTempDir();
  const config = `${folder}/kar.yaml`;
  await Deno.writeTextFile(
    config,
    `targets:
  - { name: wire, url: "${target.url}" }
  - { name: fetch, url: "${target.url}", client: fetch, headers: { x-a: "\${HTTP_PROXY}" } }
controller: { base_tps: 40, max_tps: 40, ramp_up_duration: 0s }
limits: { max_lateness: 10s }
metrics: { enabled: false }
`,
  );
  const [program, ...words] = KAR;
  const out = `${folder}/report.json`;
  const { code, stderr } = await new Deno.Command(program!, {
    args: [...words, "run", "--config", config, "--duration", "1s", "--out"]
      .concat(`json=${out}`),
    env: { HTTP_PROXY: proxy.url, all_proxy: proxy.url },
    stdout: "null",
  }).output();
  const report = JSON.parse(await Deno.readTextFile(out));
  await Deno.remove(folder, { recursive: true });
  const err = new TextDecoder().decode(stderr);
  assert.equal(code, 0, err);
  assert.ok(report.sent > 0);
  assert.equal(report.ok, report.sent);
  assert.equal(proxy.seen.requests, 0);
  assert.ok(target.seen.requests >= report.sent);
  assert.equal(err.match(/uses no proxy/g)?.length, 1, err);
  assert.match(err, /HTTP_PROXY.*all_proxy are set/);
  // A variable of that name is still one that a config may use.
  assert.doesNotMatch(err, /not set/);
});

Deno.test("parseConfig() says nothing of proxies where none is set", () => {
  const { problems } = parse("targets: [{ name: a, url: http://localhost/ }]");
  assert.deepEqual(problems, []);
});
