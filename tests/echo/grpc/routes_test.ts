import assert from "node:assert/strict";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import { type Faults, resolveFaults } from "../../../src/echo/faults.ts";
import { FaultInjector } from "../../../src/echo/fault_injector.ts";
import {
  createRoutes,
  MAX_STREAM_ANSWERS,
} from "../../../src/echo/grpc/mod.ts";
import { RequestCounter } from "../../../src/echo/request_counter.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../../../src/gen/grpc/reflection/v1/reflection_pb.ts";
import {
  Color,
  Echo,
  EchoRequestSchema,
  type EchoResponse,
} from "../../../src/gen/kar/v1/echo_pb.ts";

type EchoInit = MessageInitShape<typeof EchoRequestSchema>;

const FULL = create(EchoRequestSchema, {
  text: "grüß dich",
  data: new Uint8Array([0, 255]),
  number: -7,
  bigNumber: 2n ** 63n,
  signedNumber: -(2n ** 62n),
  ratio: 0.1,
  flag: true,
  note: "",
  color: Color.BLUE,
  point: { x: 1, y: 2, label: "p" },
  points: [{ x: 3 }, { y: 4 }],
  numbers: [1, 2, 3],
  counts: { a: 1n, b: -1n },
  places: { 5: { x: 5 } },
  choice: { case: "spot", value: { x: 6 } },
  at: timestampFromMs(1_700_000_000_123),
});

function routes(faults: Partial<Faults> = {}) {
  const tally = new RequestCounter();
  const injector = new FaultInjector(resolveFaults(faults));
  return {
    tally,
    transport: createRouterTransport(createRoutes(tally, injector)),
  };
}

function echoClient(): Client<typeof Echo> {
  return createClient(Echo, routes().transport);
}

async function* each(inits: readonly EchoInit[]): AsyncIterable<EchoInit> {
  yield* inits;
}

async function collect(
  answers: AsyncIterable<EchoResponse>,
): Promise<EchoResponse[]> {
  const all = [];
  for await (const answer of answers) all.push(answer);
  return all;
}

async function codeOf(call: Promise<unknown>): Promise<Code | undefined> {
  return await call.then(
    () => undefined,
    (error) => ConnectError.from(error).code,
  );
}

Deno.test("Echo.Echo gives back every sort of field", async () => {
  const answer = await echoClient().echo(FULL);
  assert.deepEqual(answer.request, FULL);
  assert.equal(answer.received, 1);
});

Deno.test("Echo.ServerStream answers as often as asked, within its bound", async () => {
  const client = echoClient();
  const rows: [number | undefined, number][] = [
    [undefined, 1],
    [0, 0],
    [3, 3],
    [-1, 0],
    [2 ** 31 - 1, MAX_STREAM_ANSWERS],
  ];
  for (const [count, answers] of rows) {
    const reply = count === undefined ? {} : { count };
    const got = await collect(client.serverStream({ text: "x", reply }));
    assert.deepEqual(
      got.map(({ index }) => index),
      Array.from({ length: answers }, (_, index) => index),
    );
  }
});

Deno.test("Echo.ClientStream answers once, with the last message and their number", async () => {
  const client = echoClient();
  const many = await client.clientStream(each([{ text: "a" }, { text: "b" }]));
  assert.equal(many.request?.text, "b");
  assert.equal(many.received, 2);
  const none = await client.clientStream(each([]));
  assert.equal(none.request, undefined);
  assert.equal(none.received, 0);
});

Deno.test("Echo.BidiStream answers each message", async () => {
  const texts = ["a", "b", "c"];
  const inits = texts.map((text) => ({ text }));
  const got = await collect(echoClient().bidiStream(each(inits)));
  assert.deepEqual(got.map(({ request }) => request?.text), texts);
  assert.deepEqual(got.map(({ index }) => index), [0, 1, 2]);
  assert.deepEqual(got.map(({ received }) => received), [1, 2, 3]);
});

Deno.test("Echo ends every kind of call with the status that was asked for", async () => {
  const client = echoClient();
  for (let status = 1; status <= 16; status++) {
    const asked = { reply: { status, statusMessage: "as asked" } };
    assert.equal(await codeOf(client.echo(asked)), status);
    assert.equal(await codeOf(client.clientStream(each([asked]))), status);
    assert.equal(await codeOf(collect(client.serverStream(asked))), status);
    assert.equal(
      await codeOf(collect(client.bidiStream(each([asked])))),
      status,
    );
  }
  await assert.rejects(
    client.echo({ reply: { status: 5, statusMessage: "hm" } }),
    {
      rawMessage: "hm",
    },
  );
});

Deno.test("Echo answers a stream before it ends it with a status", async () => {
  const got: number[] = [];
  const reply = { count: 2, status: Code.DataLoss };
  await assert.rejects(async () => {
    for await (const answer of echoClient().serverStream({ reply })) {
      got.push(answer.index);
    }
  });
  assert.deepEqual(got, [0, 1]);
});

Deno.test("Echo says so when the status that was asked for is none", async () => {
  for (const status of [-1, 17]) {
    await assert.rejects(echoClient().echo({ reply: { status } }), {
      code: Code.InvalidArgument,
      rawMessage: `reply.status is ${status}: must be between 0 and 16`,
    });
  }
});

Deno.test("Health.Check knows the server and its service, and nothing else", async () => {
  const client = createClient(Health, routes().transport);
  for (const service of ["", Echo.typeName]) {
    assert.equal((await client.check({ service })).status, Status.SERVING);
  }
  assert.equal(await codeOf(client.check({ service: "nope" })), Code.NotFound);
});

Deno.test("Health.List names every service", async () => {
  const { statuses } = await createClient(Health, routes().transport).list({});
  assert.deepEqual(Object.keys(statuses), ["", Echo.typeName]);
  assert.equal(statuses[""]?.status, Status.SERVING);
});

Deno.test("Health.Watch answers at once and stays open until it is ended", async () => {
  const client = createClient(Health, routes().transport);
  const rows = [["", Status.SERVING], [
    "nope",
    Status.SERVICE_UNKNOWN,
  ]] as const;
  for (const [service, status] of rows) {
    const caller = new AbortController();
    const seen: Status[] = [];
    const watch = (async () => {
      const { signal } = caller;
      for await (const answer of client.watch({ service }, { signal })) {
        seen.push(answer.status);
        caller.abort();
      }
    })();
    assert.equal(await codeOf(watch), Code.Canceled);
    assert.deepEqual(seen, [status]);
  }
});

Deno.test("createRoutes() refuses calls with UNAVAILABLE and counts them", async () => {
  const { tally, transport } = routes({ errorShare: 1 });
  const client = createClient(Echo, transport);
  assert.equal(await codeOf(client.echo({})), Code.Unavailable);
  assert.equal(
    await codeOf(collect(client.serverStream({}))),
    Code.Unavailable,
  );
  const health = createClient(Health, transport);
  assert.equal(await codeOf(health.check({})), Code.Unavailable);
  assert.equal(tally.read().refused, 3);
});

Deno.test("createRoutes() lets a client learn what to send even when all else fails", async () => {
  const { transport } = routes({ errorShare: 1 });
  const client = createClient(ServerReflection, transport);
  async function* questions() {
    yield { messageRequest: { case: "listServices", value: "" } } as const;
  }
  for await (
    const { messageResponse } of client.serverReflectionInfo(questions())
  ) {
    assert.equal(messageResponse.case, "listServicesResponse");
  }
});
