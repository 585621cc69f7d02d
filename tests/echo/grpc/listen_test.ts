import assert from "node:assert/strict";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { Health } from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { ServerReflection as ReflectionV1 } from "../../../src/gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ReflectionV1Alpha } from "../../../src/gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { Echo } from "../../../src/gen/kar/v1/echo_pb.ts";
import { once, tidyTest, withGrpc, withServer } from "../support.ts";

for (const secure of ["in plain text", "over TLS"]) {
  tidyTest(
    `startEcho() serves all four kinds of gRPC call ${secure}`,
    async () => {
      const port = secure === "over TLS" ? "grpcTlsPort" : "grpcPort";
      await withServer({ [port]: 0 }, async ({ ports }) => {
        const url = secure === "over TLS"
          ? `https://127.0.0.1:${ports.grpcTls}`
          : `http://127.0.0.1:${ports.grpc}`;
        await withGrpc(url, async (transport) => {
          await callAllKinds(createClient(Echo, transport));
          const health = createClient(Health, transport);
          assert.equal((await health.check({})).status, 1);
        });
      });
    },
  );
}

async function callAllKinds(client: Client<typeof Echo>): Promise<void> {
  const request = { text: "hi", reply: { count: 3 } };
  assert.equal((await client.echo(request)).request?.text, "hi");
  const collected = await client.clientStream(once(request));
  assert.equal(collected.received, 1);
  const got: string[] = [];
  for await (const answer of client.serverStream(request)) {
    got.push(`server ${answer.index}`);
  }
  for await (const answer of client.bidiStream(once(request))) {
    got.push(`bidi ${answer.index}`);
  }
  assert.deepEqual(got, ["server 0", "server 1", "server 2", "bidi 0"]);
  await assert.rejects(client.echo({ reply: { status: Code.Aborted } }), {
    code: Code.Aborted,
  });
}

tidyTest(
  "startEcho() reflects its services in both versions of the protocol",
  async () => {
    await withServer({ grpcPort: 0 }, async ({ ports }) => {
      await withGrpc(`http://127.0.0.1:${ports.grpc}`, async (transport) => {
        for (const service of [ReflectionV1, ReflectionV1Alpha]) {
          const client = createClient(
            service as typeof ReflectionV1,
            transport,
          );
          const messageRequest = { case: "listServices", value: "" } as const;
          const asked = once({ host: "me", messageRequest });
          for await (const answer of client.serverReflectionInfo(asked)) {
            assert.equal(answer.validHost, "me");
            assert.equal(
              answer.originalRequest?.messageRequest.case,
              "listServices",
            );
            const { messageResponse } = answer;
            assert.equal(messageResponse.case, "listServicesResponse");
            assert.deepEqual(
              messageResponse.value.service.map(({ name }) => name),
              [
                "kar.v1.Echo",
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
              ],
            );
          }
        }
      });
    });
  },
);

tidyTest(
  "startEcho() answers UNIMPLEMENTED for a gRPC method that is not there",
  async () => {
    await withServer({ grpcPort: 0 }, async ({ ports, stats }) => {
      await withGrpc(
        `http://127.0.0.1:${ports.grpc}/nope`,
        async (transport) => {
          await assert.rejects(createClient(Echo, transport).echo({}), {
            code: Code.Unimplemented,
          });
        },
      );
      const { routes } = await stats();
      assert.deepEqual(routes.map(({ path }) => path), [
        "/nope/kar.v1.Echo/Echo",
      ]);
    });
  },
);
