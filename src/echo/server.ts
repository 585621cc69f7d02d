import { KarError, messageOf } from "../base/mod.ts";
import { resolveFaults } from "./faults.ts";
import { Gate } from "./gate.ts";
import { listenGrpc } from "./grpc/mod.ts";
import { createApp, listenHttp } from "./http/mod.ts";
import { Tally } from "./tally.ts";
import { checkTls, DEMO_TLS } from "./tls.ts";
import {
  type Address,
  type EchoOptions,
  type EchoPorts,
  type EchoServer,
  GRACE_MS,
  type Listener,
  type TlsPair,
} from "./types.ts";

/** One port that may be opened. */
interface Door {
  readonly name: keyof EchoPorts;
  /** What a person changes when the port cannot be taken. */
  readonly flag: string;
  readonly port: number | undefined;
  readonly tls: TlsPair | null;
  readonly listen: (address: Address) => Listener;
}

/**
 * Starts the sample server in this thread.
 *
 * @throws KarError `cannotStart` when a port cannot be taken or a certificate
 *   not used, `usage` for faults that cannot be meant; nothing stays open then
 */
export async function startEcho(options: EchoOptions): Promise<EchoServer> {
  const { hostname = "127.0.0.1" } = options;
  const gate = new Gate(resolveFaults(options.faults));
  const tally = new Tally();
  if (options.tls !== undefined) checkTls(options.tls);
  const open: Listener[] = [];
  const ports: { -readonly [K in keyof EchoPorts]: EchoPorts[K] } = {
    http: 0,
    tls: null,
    grpc: null,
    grpcTls: null,
  };
  for (const door of doorsOf(options, tally, gate)) {
    if (door.port === undefined) continue;
    const address = { hostname, port: door.port, tls: door.tls };
    try {
      const listener = door.listen(address);
      open.push(listener);
      ports[door.name] = listener.port;
    } catch (error) {
      await closeAll(open, gate);
      throw cannotListen(address, door.flag, error);
    }
  }
  let closing: Promise<void> | undefined;
  return {
    ports,
    stats: () => Promise.resolve(tally.read()),
    shutdown: () => closing ??= closeAll(open, gate),
  };
}

function doorsOf(options: EchoOptions, tally: Tally, gate: Gate): Door[] {
  const { port, tlsPort, grpcPort, grpcTlsPort, tls = DEMO_TLS } = options;
  const app = createApp(tally, gate);
  const http = (address: Address) => listenHttp(app, address);
  const grpc = (address: Address) => listenGrpc(tally, gate, address);
  // deno-fmt-ignore
  return [
    { name: "http", flag: "--port", port, tls: null, listen: http },
    { name: "tls", flag: "--tls-port", port: tlsPort, tls, listen: http },
    { name: "grpc", flag: "--grpc-port", port: grpcPort, tls: null, listen: grpc },
    { name: "grpcTls", flag: "--grpc-tls-port", port: grpcTlsPort, tls, listen: grpc },
  ];
}

/** Asks first, insists after `GRACE_MS`. */
async function closeAll(open: readonly Listener[], gate: Gate): Promise<void> {
  gate.release();
  const closed = Promise.all(open.map((listener) => listener.close()));
  const insist = setTimeout(() => {
    for (const listener of open) listener.kill();
  }, GRACE_MS);
  await closed;
  clearTimeout(insist);
}

function cannotListen(
  { hostname, port }: Address,
  flag: string,
  error: unknown,
): KarError {
  const where = hostname.includes(":") ? `[${hostname}]` : hostname;
  const isInUse = error instanceof Deno.errors.AddrInUse;
  const reason = isInUse ? "the port is in use" : messageOf(error);
  return new KarError(
    "cannotStart",
    `Cannot listen on ${where}:${port}: ${reason}. Give another port with ${flag}; 0 takes a free one.`,
    { cause: error },
  );
}
