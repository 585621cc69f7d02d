import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { type EchoServer, startEcho } from "../../src/echo/mod.ts";
import { FakeSystem } from "./fake_system.ts";
import { KAR } from "./kar.ts";

/*
 * One line against the real sample server. A busy machine must not turn
 * requests into missed ones here.
 */
const PATIENT = ["--set", "limits.max_lateness=10s"];

async function withEcho(
  use: (url: string, server: EchoServer) => Promise<void>,
): Promise<void> {
  const server = await startEcho({ port: 0, grpcPort: 0 });
  try {
    await use(`http://127.0.0.1:${server.ports.http}`, server);
  } finally {
    await server.shutdown();
  }
}

async function kar(...args: string[]): Promise<FakeSystem> {
  const system = new FakeSystem({ args: [...args, ...PATIENT] });
  assert.equal(await runCli(system), 0, system.stderr.text);
  return system;
}

Deno.test("kar run URL sends GETs of a steady rate, all of them due to the plan and none to health checks", () =>
  withEcho(async (url, server) => {
    const { stdout } = await kar("run", `${url}/api/health`, "-d", "500ms");
    const { total, routes } = await server.stats();
    assert.ok(total > 5, `${total} requests`);
    assert.deepEqual(routes, [
      { method: "GET", path: "/api/health", count: total },
    ]);
    assert.match(stdout.text, new RegExp(`sent +${total} `));
  }));

Deno.test("kar URL is kar run URL, before flags and behind them", () =>
  withEcho(async (url, server) => {
    const bare = url.replace("http://", "");
    await kar(url, "-d", "200ms", "-r", "100");
    const { stderr } = await kar("-d", "200ms", bare, "-r", "100");
    assert.match(
      stderr.text,
      new RegExp(`^kar: ${bare} is taken as ${url}$`, "m"),
    );
    assert.ok((await server.stats()).total > 10);
  }));

Deno.test("kar run URL -b posts JSON as JSON, with the headers that were given", () =>
  withEcho(async (url, server) => {
    await kar(
      "run",
      `${url}/api/echo`,
      "-d",
      "300ms",
      "-b",
      '{"a": 1}',
      "-H",
      "x-a: b",
    );
    const { routes } = await server.stats();
    assert.deepEqual(routes.map(({ method }) => method), ["POST"]);
  }));

Deno.test("kar run URL --http2 and --grpc speak their protocols", () =>
  withEcho(async (url, { ports }) => {
    await kar("run", `${url}/api/health`, "-d", "300ms", "--http2");
    const grpc = `http://127.0.0.1:${ports.grpc}`;
    const call = ["--grpc", "kar.v1.Echo/Echo", "-b", '{"text": "a"}'];
    const { stdout } = await kar("run", grpc, "-d", "300ms", ...call);
    assert.match(stdout.text, /all \d+ requests were answered as wanted/);
  }));

Deno.test("kar run URL --save writes the config that the line stands for, and never a secret", () =>
  withEcho(async (url) => {
    const folder = await Deno.makeTempDir({ prefix: "kar-line-" });
    const path = `${folder}/kar.yaml`;
    const words = [
      "run",
      `${url}/api/echo?token=qwertzuiop`,
      "-d",
      "200ms",
      "--save",
      path,
    ];
    const secret = [
      "-H",
      "authorization: Bearer s3cr3ts3cr3t",
      "--out",
      `json=${folder}/r.json`,
    ];
    try {
      const { stderr, stdout } = await kar(...words, ...secret);
      const text = await Deno.readTextFile(path);
      assert.match(text, /"authorization": "Bearer \$\{AUTHORIZATION\}"/);
      assert.match(text, /token=\$\{TOKEN\}"/);
      const said = text + stderr.text + stdout.text +
        await Deno.readTextFile(`${folder}/r.json`);
      assert.doesNotMatch(said, /s3cr3t|qwertz/);
      const env = { TOKEN: "qwertzuiop", AUTHORIZATION: "s3cr3ts3cr3t" };
      const again = new FakeSystem({
        args: [
          "run",
          "--config",
          "kar.yaml",
          "--duration",
          "200ms",
          ...PATIENT,
        ],
        files: { "kar.yaml": text },
        env,
      });
      assert.equal(await runCli(again), 0, again.stderr.text);
      const plan = /Plan ([0-9a-f]{16})/;
      assert.equal(
        plan.exec(again.stderr.text)![1],
        plan.exec(stderr.text)![1],
      );

      const twice = new FakeSystem({ args: words });
      assert.equal(await runCli(twice), 2);
      assert.match(
        twice.stderr.text,
        /kar\.yaml: the file exists, and stays as it is: --force/,
      );
      await kar(...words, "--force");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }));

Deno.test("kar quickstart sends until it is stopped", () =>
  withEcho(async (url, server) => {
    const system = new FakeSystem({
      args: ["quickstart", url, "-r", "100", ...PATIENT],
    });
    const ended = runCli(system);
    while ((await server.stats()).total < 10) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    system.interrupt();
    assert.equal(await ended, 0);
    assert.match(system.stdout.text, /^kar report/);
  }));

Deno.test("kar run --config - reads standard input", () =>
  withEcho(async (url) => {
    const [program, ...words] = KAR;
    const child = new Deno.Command(program, {
      args: [
        ...words,
        "run",
        "--config",
        "-",
        "--duration",
        "200ms",
        "--quiet",
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(
      `targets: [{ name: a, url: "${url}/api/health" }]\nmetrics: { enabled: false }\ncontroller: { ramp_up_duration: 0s }\nlimits: { max_lateness: 10s }\n`,
    ));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    const text = new TextDecoder();
    assert.equal(code, 0, text.decode(stderr));
    assert.match(text.decode(stdout), /^kar report/);
  }));

Deno.test("kar URL --quiet says nothing on standard error, not even how the address was taken", () =>
  withEcho(async (url) => {
    const bare = url.replace("http://", "");
    const { stderr } = await kar(bare, "-d", "200ms", "--quiet");
    assert.equal(stderr.text, "");
  }));
