import assert from "node:assert/strict";
import { ask, type ControlClient } from "../../../src/daemon/ask/mod.ts";
import { CLIENTS_MAX, CONNECTIONS_MAX } from "../../../src/daemon/contract.ts";
import { isListening } from "../../../src/daemon/paths/mod.ts";
import { serveControl } from "../../../src/daemon/serve/mod.ts";
import { until } from "../../fixtures/until.ts";
import { FakeRun, modeOf, withFolder } from "../support.ts";

/*
 * The API on a real socket: what clients do wrong must cost nobody else
 * anything. A second or two of patience is all that some of them need.
 */

const ignore = Deno.build.os === "windows";

interface Stage {
  readonly path: string;
  readonly run: FakeRun;
}

/** How a stage is set up. */
interface Setting {
  readonly headMs?: number;
  readonly reload?: () => Promise<never>;
}

async function withServer(
  use: (stage: Stage) => Promise<void>,
  { reload, ...options }: Setting = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/a.sock`;
    const run = new FakeRun();
    const server = serveControl(
      {
        about: { name: "a", version: "0", pid: 1, config: "", logFile: "" },
        run,
        warnings: () => [],
        keep: () => Promise.resolve(),
        reload: reload ?? (() => Promise.reject(new Error("not here"))),
      },
      path,
      options,
    );
    try {
      await use({ path, run });
    } finally {
      await server.close();
    }
    await assert.rejects(Deno.lstat(path), Deno.errors.NotFound);
  });
}

const status = (client: ControlClient) => client.status({});

async function isAnswered({ path }: Stage): Promise<void> {
  assert.equal((await ask(path, status)).name, "a");
}

/** Sends bytes, and reads what comes until the other side has had enough. */
async function talk(path: string, text: string): Promise<string> {
  using connection = await Deno.connect({ transport: "unix", path });
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text().catch(() => "");
}

function post(method: string, body: string, more = ""): string {
  return `POST /kar.v1.Control/${method} HTTP/1.1\r\nhost: kar\r\n` +
    `content-type: application/json\r\nconnection: close\r\n${more}` +
    `content-length: ${body.length}\r\n\r\n${body}`;
}

const STATUS_REQUEST =
  "GET /kar.v1.Control/Status?encoding=json&message=%7B%7D HTTP/1.1\r\nhost: kar\r\n\r\n";

Deno.test({
  name: "serveControl() is its user's alone",
  ignore,
  fn: () =>
    withServer(async ({ path }) => {
      assert.equal(await modeOf(path), 0o600);
    }),
});

Deno.test({
  name: "serveControl() speaks JSON with whoever has curl",
  ignore,
  fn: () =>
    withServer(async ({ path, run }) => {
      const answer = await talk(path, post("Pause", "{}"));
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(
        answer,
        /\{"holdsFrom":"2026-05-04T07:02:00\.200Z","notConfirmed":""\}$/,
      );
      const again = await talk(path, post("Pause", "{}"));
      assert.match(again, /^HTTP\/1\.1 400 /);
      assert.match(again, /"message":"Cannot pause: the run is paused"/);
      const set = await talk(path, post("Set", '{"key":"base","value":7}'));
      assert.match(set, /^HTTP\/1\.1 200 OK\r\n/);
      assert.deepEqual(run.actions.at(-1), { kind: "base", value: 7 });
    }),
});

Deno.test({
  name: "serveControl() answers status by GET, and changes nothing by GET",
  ignore,
  fn: () =>
    withServer(async ({ path, run }) => {
      const get = (method: string) =>
        talk(
          path,
          `GET /kar.v1.Control/${method}?encoding=json&message=%7B%7D HTTP/1.1\r\n` +
            "host: kar\r\nconnection: close\r\n\r\n",
        );
      assert.match(await get("Status"), /"due":\d+/);
      assert.match(await get("Pause"), /^HTTP\/1\.1 405 /);
      assert.deepEqual(run.actions, []);
    }),
});

Deno.test({
  name:
    "serveControl() answers as many clients as it promises, and turns the next one away",
  ignore,
  fn: () => {
    const { promise: never } = Promise.withResolvers<never>();
    const full = Promise.withResolvers<void>();
    let reloads = 0;
    const reload = () => {
      if (++reloads === CONNECTIONS_MAX) full.resolve();
      return never;
    };
    return withServer(async (stage) => {
      const answers = await Promise.all(
        Array.from({ length: CLIENTS_MAX }, async () => {
          // As every command does.
          assert.ok(await isListening(stage.path));
          return await ask(stage.path, status);
        }),
      );
      assert.equal(answers.length, CLIENTS_MAX);
      const busy = await Promise.all(
        Array.from(
          { length: CONNECTIONS_MAX },
          () => Deno.connect({ transport: "unix", path: stage.path }),
        ),
      );
      const request = new TextEncoder().encode(post("Reload", "{}"));
      for (const connection of busy) await connection.write(request);
      await full.promise;
      await assert.rejects(ask(stage.path, status), {
        exit: "cannotStart",
        message: /accepted no request; 200 others ask/,
      });
      for (const connection of busy) connection.close();
      await until(
        "somebody is answered again",
        () => ask(stage.path, status).then(() => true, () => false),
      );
    }, { reload });
  },
});

Deno.test({
  name:
    "serveControl() is not kept busy by clients that connect and say nothing",
  ignore,
  fn: () =>
    withServer(async (stage) => {
      const connect = () =>
        Deno.connect({ transport: "unix", path: stage.path });
      const silent: Deno.UnixConn[] = [];
      for (let i = 0; i < 2 * CLIENTS_MAX; i++) silent.push(await connect());
      await isAnswered(stage);
      const gone = silent[0]!;
      assert.equal(await gone.read(new Uint8Array(1)), null);
      // The longest silent ones gave way, and nobody else.
      const latest = silent.at(-1)!;
      await latest.write(new TextEncoder().encode(STATUS_REQUEST));
      const bytes = new Uint8Array(12);
      await latest.read(bytes);
      assert.equal(new TextDecoder().decode(bytes), "HTTP/1.1 200");
      for (const connection of silent) connection.close();
    }),
});

Deno.test({
  name:
    "serveControl() loses patience with clients that never finish a request",
  ignore,
  fn: () =>
    withServer(async (stage) => {
      const unfinished = [
        "",
        "POST /kar.v1.Control/Pause HT",
        "POST /kar.v1.Control/Pause HTTP/1.1\r\nhost: kar\r\n",
      ];
      const answers = unfinished.map((text) => talk(stage.path, text));
      await isAnswered(stage);
      for (const answer of await Promise.all(answers)) {
        assert.match(answer, /^(?:HTTP\/1\.1 408 |$)/);
      }
      await isAnswered(stage);
      assert.deepEqual(stage.run.actions, []);
    }, { headMs: 1000 }),
});

Deno.test({
  name: "serveControl() is not held up by a client that never reads",
  ignore,
  fn: () =>
    withServer(async (stage) => {
      using greedy = await Deno.connect({
        transport: "unix",
        path: stage.path,
      });
      const request = new TextEncoder().encode(STATUS_REQUEST);
      const asking = (async () => {
        for (;;) {
          await greedy.write(request);
          await isAnswered(stage);
        }
      })().catch(() => {});
      for (let i = 0; i < 100; i++) await isAnswered(stage);
      greedy.close();
      await asking;
      await isAnswered(stage);
    }),
});

Deno.test({
  name: "serveControl() cuts off a client that asks many things at once",
  ignore,
  fn: () =>
    withServer(async (stage) => {
      const answer = await talk(stage.path, STATUS_REQUEST.repeat(1000));
      assert.ok(answer.split("HTTP/1.1 200").length <= 2, answer.slice(0, 200));
      await isAnswered(stage);
    }),
});

Deno.test({
  name:
    "serveControl() survives what is no request at all, and too much of one",
  ignore,
  fn: () =>
    withServer(async (stage) => {
      const large = post("Set", `{"key":"${"x".repeat(100_000)}"}`);
      const texts = [
        "\0\0\0\0\0\0",
        "hello\r\n\r\n",
        `GET / HTTP/1.1\r\nhost: kar\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
        "GET /nothing HTTP/1.0\r\n\r\n",
        "GET // HTTP/1.1\r\nhost: \r\nconnection: close\r\n\r\n",
        "GET http://[/ HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n",
        "POST /nothing HTTP/1.1\r\nhost: kar\r\nconnection: close\r\n" +
        "content-length: 0\r\n\r\n",
        post("Pause", "{"),
        post("Pause", "[1]"),
        post("Set", '{"key":7}'),
        post("Spike", '{"duration":"long"}'),
        large,
      ];
      for (const text of texts) {
        assert.doesNotMatch(await talk(stage.path, text), /^HTTP\/1\.1 200/);
        await isAnswered(stage);
      }
      assert.deepEqual(stage.run.actions, []);
    }),
});

Deno.test({
  name: "serveControl() says what is in the way of its socket",
  ignore,
  fn: () =>
    withFolder((folder) => {
      const controlled = {
        about: { name: "a", version: "0", pid: 1, config: "", logFile: "" },
        run: new FakeRun(),
        warnings: () => [],
        keep: () => Promise.resolve(),
        reload: () => Promise.reject(new Error("not here")),
      };
      assert.throws(() => serveControl(controlled, folder), {
        exit: "cannotStart",
        message: new RegExp(`^Cannot serve the control socket ${folder}: `),
      });
      return Promise.resolve();
    }),
});
