import assert from "node:assert/strict";
import { type BreakerChange, Webhook } from "../../src/health/mod.ts";
import { RealClock } from "../../src/worker/mod.ts";

const CHANGE: BreakerChange = {
  transition: "open",
  reason: "30 of 40 requests failed, above 50 %",
  at: "2026-03-28T12:00:00Z",
  run: "r1",
};

/** A real clock that does not wait before a second attempt. */
class HastyClock extends RealClock {
  override after(delayMs: number, task: () => void) {
    return super.after(delayMs > 1000 ? delayMs : 0, task);
  }
}

interface Hook {
  readonly url: string;
  readonly seen: { readonly method: string; readonly body: unknown }[];
  readonly log: string[];
  readonly webhook: Webhook;
  /** Resolves once so many posts came. */
  came(count: number): Promise<void>;
  close(): Promise<void>;
}

type Answer = number | ((signal: AbortSignal) => Response | Promise<Response>);

/** A server on the loopback that answers with these, then with 204. */
function openHook(answers: Answer[]): Hook {
  const seen: { method: string; body: unknown }[] = [];
  const log: string[] = [];
  let wake = () => {};
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      seen.push({ method: request.method, body: await request.json() });
      wake();
      const answer = answers.shift() ?? 204;
      return typeof answer === "number"
        ? new Response(null, { status: answer })
        : answer(request.signal);
    },
  );
  const webhook = new Webhook(new HastyClock(), (line) => {
    log.push(line);
    wake();
  });
  const until = async (isThere: () => boolean) => {
    while (!isThere()) {
      await new Promise<void>((resolve) => wake = resolve);
    }
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}/hook`,
    seen,
    log,
    webhook,
    came: (count) => until(() => seen.length + log.length >= count),
    close: async () => {
      webhook.close();
      await server.shutdown();
    },
  };
}

Deno.test("Webhook.post() posts each change as JSON, in order", async () => {
  const hook = openHook([]);
  const changes = (["open", "half-open", "close"] as const)
    .map((transition) => ({ ...CHANGE, transition }));
  for (const change of changes) hook.webhook.post(hook.url, change);
  await hook.came(3);
  assert.deepEqual(
    hook.seen,
    changes.map((body) => ({ method: "POST", body })),
  );
  assert.deepEqual(hook.log, []);
  await hook.close();
});

Deno.test("Webhook.post() tries twice, then tells why, without the address, and goes on", async () => {
  const hook = openHook([500, 204, 500, 503]);
  hook.webhook.post(hook.url, CHANGE);
  await hook.came(2);
  assert.deepEqual(hook.log, []);
  hook.webhook.post(hook.url, CHANGE);
  await hook.came(5);
  assert.equal(hook.seen.length, 4);
  assert.deepEqual(hook.log, [
    "The web hook did not take a change of the breaker: it answered 503",
  ]);
  hook.webhook.post(hook.url, CHANGE);
  await hook.came(6);
  assert.equal(hook.seen.length, 5);
  await hook.close();
});

Deno.test("Webhook.post() tells when nobody is there", async () => {
  const hook = openHook([]);
  const gone = openHook([]);
  await gone.close();
  hook.webhook.post(gone.url, CHANGE);
  await hook.came(1);
  assert.match(hook.log[0]!, /: it cannot be reached$/);
  assert.ok(!hook.log[0]!.includes("127.0.0.1"));
  await hook.close();
});

Deno.test("Webhook.post() holds a bounded number of changes, the newest ones", async () => {
  const hook = openHook([]);
  for (let i = 0; i < 20; i++) {
    hook.webhook.post(hook.url, { ...CHANGE, reason: `${i}` });
  }
  // The first is under way at once, 16 of the others wait.
  assert.equal(hook.log.length, 3);
  await hook.came(3 + 17);
  const reasons = hook.seen.map(({ body }) => (body as BreakerChange).reason);
  assert.deepEqual(reasons.slice(0, 2), ["0", "4"]);
  assert.equal(reasons.at(-1), "19");
  await hook.close();
});

Deno.test("Webhook.post() does nothing after close()", async () => {
  const hook = openHook([]);
  hook.webhook.close();
  hook.webhook.post(hook.url, CHANGE);
  assert.deepEqual(hook.seen, []);
  await hook.close();
});

Deno.test("Webhook.post() does not follow a redirect", async () => {
  const other = openHook([]);
  const redirect = (status: number) => () =>
    new Response(null, { status, headers: { location: other.url } });
  const hook = openHook([redirect(307), redirect(302)]);
  hook.webhook.post(hook.url, CHANGE);
  await hook.came(3);
  assert.match(hook.log[0]!, /: it answered 302$/);
  assert.deepEqual(other.seen, []);
  await hook.close();
  await other.close();
});

Deno.test("Webhook.post() takes the code of an answer without end and reads no more", async () => {
  let pulled = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          pulled++;
          controller.enqueue(new Uint8Array(65_536));
        },
      }),
    );
  const hook = openHook([endless]);
  hook.webhook.post(hook.url, CHANGE);
  hook.webhook.post(hook.url, CHANGE);
  await hook.came(2);
  assert.equal(hook.seen.length, 2);
  assert.deepEqual(hook.log, []);
  assert.ok(pulled < 500, `${pulled}`);
  await hook.close();
});

Deno.test("Webhook.close() ends a post that hangs, and says that it was open", async () => {
  const hook = openHook([
    (signal) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve(new Response()))
      ),
  ]);
  hook.webhook.post(hook.url, CHANGE);
  hook.webhook.post(hook.url, CHANGE);
  await hook.came(1);
  hook.webhook.close();
  hook.webhook.close();
  assert.deepEqual(hook.log, [
    "The web hook did not get the last changes of the breaker: 2 posts were open at the end",
  ]);
  await hook.close();
});
