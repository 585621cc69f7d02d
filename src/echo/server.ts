import { KarError, messageOf } from "../base/mod.ts";
import { resolveFaults } from "./faults.ts";
import { FaultInjector } from "./fault_injector.ts";
import { listenGrpc } from "./grpc/mod.ts";
import { createApp, listenHttp } from "./http/mod.ts";
import { RequestCounter } from "./request_counter.ts";
import { checkTls, DEMO_TLS } from "./tls.ts";
import {
  type EchoOptions,
  type EchoPorts,
  type EchoServer,
  GRACE_MS,
  type Listener,
  type ListenOptions,
  type TlsPair,
} from "./types.ts";

/** One port that may be opened. */
interface PortSpec {
  readonly name: keyof EchoPorts;
  /** What a person changes when the port cannot be taken. */
  readonly flag: string;
  readonly port: number | undefined;
  readonly tls: TlsPair | null;
  readonly listen: (address: ListenOptions) => Listener;
}

/**
 * Starts the sample server in this thread.
 *
 * @throws {KarError} `cannotStart` when a port cannot be taken or a certificate
 *   not used, `usage` for faults that cannot be meant; nothing stays open then
 */
export async function startEcho(options: EchoOptions): Promise<EchoServer> {
  const { hostname = "127.0.0.1" } = options;
  const injector = new FaultInjector(resolveFaults(options.faults));
  const tally = new RequestCounter();
  if (options.tls !== undefined) checkTls(options.tls);
  const open: Listener[] = [];
  const ports: { -readonly [K in keyof EchoPorts]: EchoPorts[K] } = {
    http: 0,
    tls: null,
    grpc: null,
    grpcTls: null,
  };
  for (const door of portSpecsOf(options, tally, injector)) {
    if (door.port === undefined) continue;
    const address = { hostname, port: door.port, tls: door.tls };
    try {
      const listener = door.listen(address);
      open.push(listener);
      ports[door.name] = listener.port;
    } catch (error) {
      await closeAll(open, injector);
      throw cannotListen(address, door.flag, error);
    }
  }
  let closing: Promise<void> | undefined;
  return {
    ports,
    stats: () => Promise.resolve(tally.read()),
    shutdown: () => closing ??= closeAll(open, injector),
  };
}

function portSpecsOf(
  options: EchoOptions,
  tally: RequestCounter,
  injector: FaultInjector,
): PortSpec[] {
  const { port, tlsPort, grpcPort, grpcTlsPort, tls = DEMO_TLS } = options;
  const app = createApp(tally, injector);
  const http = (address: ListenOptions) => listenHttp(app, address);
  const grpc = (address: ListenOptions) => listenGrpc(tally, injector, address);
  // deno-fmt-ignore
  return [
    { name: "http", flag: "--port", port, tls: null, listen: http },
    { name: "tls", flag: "--tls-port", port: tlsPort, tls, listen: http },
    { name: "grpc", flag: "--grpc-port", port: grpcPort, tls: null, listen: grpc },
    { name: "grpcTls", flag: "--grpc-tls-port", port: grpcTlsPort, tls, listen: grpc },
  ];
}

/** Asks first, insists after `GRACE_MS`. */
async function closeAll(
  open: readonly Listener[],
  injector: FaultInjector,
): Promise<void> {
  injector.release();
  const closed = Promise.all(open.map((listener) => listener.close()));
  const insist = setTimeout(() => {
    for (const listener of open) listener.kill();
  }, GRACE_MS);
  await closed;
  clearTimeout(insist);
}

function cannotListen(
  { hostname, port }: ListenOptions,
  flag: string,
  error: unknown,
): KarError {
  const where = hostname.includes(":") ? `[${hostname}]` : hostname;
  const isInUse = error instanceof Deno.errors.AddrInUse;
  const reason = isInUse ? "the port is in use" : messageOf(error);
  return new KarError(
    "cannotStart",
    `Cannot listen on ${where}:${port}: ${reason}; choose another port with ${flag}, 0 takes a free one`,
    { cause: error },
  );
}
