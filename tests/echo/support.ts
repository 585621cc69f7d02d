import {
  createGrpcTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import type { Transport } from "@connectrpc/connect";
import {
  DEMO_TLS,
  type EchoOptions,
  type EchoServer,
  startEcho,
} from "../../src/echo/mod.ts";

/** Every port that the server can have. */
export const ALL_PORTS = { port: 0, tlsPort: 0, grpcPort: 0, grpcTlsPort: 0 };

/** A test that fails when anything is left open, whatever the flags of the run. */
export function tidyTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: true });
}

/** Runs a server on free ports for as long as it is used. */
export async function withServer(
  options: Partial<EchoOptions>,
  use: (server: EchoServer) => Promise<void>,
): Promise<void> {
  const server = await startEcho({ port: 0, ...options });
  try {
    await use(server);
  } finally {
    await server.shutdown();
  }
}

/** A gRPC client that trusts the demo certificate, for as long as it is used. */
export async function withGrpc(
  baseUrl: string,
  use: (transport: Transport) => Promise<void>,
): Promise<void> {
  const nodeOptions = { ca: DEMO_TLS.cert };
  const sessions = new Http2SessionManager(baseUrl, {}, nodeOptions);
  try {
    await use(createGrpcTransport({ baseUrl, sessionManager: sessions }));
  } finally {
    sessions.abort();
  }
}

/** Asks by HTTP over connections of its own, which end with the question. */
export async function ask(
  url: string,
  init: RequestInit,
  options: Deno.CreateHttpClientOptions,
): Promise<{ status: number; text: string }> {
  using client = Deno.createHttpClient(options);
  const response = await fetch(url, { ...init, client });
  return { status: response.status, text: await response.text() };
}

/** Asks by GET. */
export async function get(
  url: string,
  options: Deno.CreateHttpClientOptions = {},
) {
  return await ask(url, { method: "GET" }, options);
}

/** Waits until the server has seen so many requests. */
export async function arrived(
  server: EchoServer,
  total: number,
): Promise<void> {
  while ((await server.stats()).total < total) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A stream of one message. */
export async function* once<T>(value: T): AsyncIterable<T> {
  yield value;
}

/** Whether nobody listens on a port of this machine. */
export async function isRefused(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ port })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}
