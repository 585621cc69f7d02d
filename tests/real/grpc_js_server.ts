/**
 * A gRPC server by grpc-js, in a process of its own: `kar.v1.Echo` and nothing
 * else. Prints its count of calls whenever it has grown; ends with standard
 * input.
 */
// Named here and not in deno.json, so that only this test brings it.
// deno-lint-ignore no-import-prefix
import grpc from "npm:@grpc/grpc-js@1.14.7";
// deno-lint-ignore no-import-prefix
import { loadSync } from "npm:@grpc/proto-loader@0.8.0";
import { fileURLToPath } from "node:url";

const proto = fileURLToPath(
  new URL("../../proto/kar/v1/echo.proto", import.meta.url),
);
const description = grpc.loadPackageDefinition(
  loadSync(proto, { keepCase: true, defaults: true }),
) as unknown as {
  kar: { v1: { Echo: { service: grpc.ServiceDefinition } } };
};

let calls = 0;

type Unary = grpc.handleUnaryCall<
  { text?: string },
  Record<string, unknown>
>;

const echo: Unary = (call, callback) => {
  calls++;
  if (call.request.text === "fail") {
    return callback({ code: grpc.status.RESOURCE_EXHAUSTED, details: "no" });
  }
  callback(null, { text: call.request.text });
};

const server = new grpc.Server();
server.addService(description.kar.v1.Echo.service, { Echo: echo });
server.bindAsync(
  `127.0.0.1:${Deno.args[0]}`,
  grpc.ServerCredentials.createInsecure(),
  () => {},
);
// As it goes, and not at the end: Deno's HTTP/2 server may crash when a client
// says goodbye.
let told = 0;
setInterval(() => {
  if (calls > told) console.log(told = calls);
}, 10);
for await (const _ of Deno.stdin.readable) { /* until the parent is done */ }
Deno.exit(0);
