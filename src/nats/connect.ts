import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import { KarError, messageOf } from "../base/mod.ts";
import { connectHeard } from "./transport.ts";

/** How long one try to connect may take. */
const TRY_MS = 2000;
/** Time between two attempts to connect again: a bus that is back is noticed within the horizon. */
const RETRY_MS = 250;

/** Where a fleet's run is. */
export interface FleetAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** The run's name. */
  readonly run: string;
}

/** Credentials; the files are those of NATS. */
export interface Credentials {
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Text of a file with an NKEY's seed. */
  readonly nkey?: string | undefined;
  /** Text of a creds file. */
  readonly creds?: string | undefined;
  /** Authorities in PEM beside the system's; own certificate and key. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Connects once; from then on the connection comes back by itself.
 *
 * @throws {KarError} `cannotStart` when nobody is there; `usage` when the server
 *   refuses the connection
 */
export async function connectBus(
  address: FleetAddress,
  credentials: Credentials,
  name: string,
): Promise<NatsConnection> {
  const server = `${address.host}:${address.port}`;
  try {
    return await connectHeard({
      servers: server,
      name,
      timeout: TRY_MS,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
      reconnectJitter: 0,
      pingInterval: 2000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
      ...(address.isTls ? { tls: tlsOf(credentials) } : {}),
      authenticator: authenticatorsOf(credentials),
    } as ConnectionOptions);
  } catch (error) {
    throw refused(error, server);
  }
}

function tlsOf({ ca, cert, key }: Credentials) {
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function authenticatorsOf(
  { token, user, password, nkey, creds }: Credentials,
): Authenticator[] {
  const bytes = (text: string) => new TextEncoder().encode(text);
  // The library accepts a creds file only if it ends with exactly this line
  // end.
  const lines = (text: string) => `${text.trim().replaceAll("\r\n", "\n")}\n`;
  return [
    ...(token === undefined ? [] : [tokenAuthenticator(token)]),
    ...(user === undefined
      ? []
      : [usernamePasswordAuthenticator(user, password)]),
    ...(nkey === undefined ? [] : [nkeyAuthenticator(bytes(nkey.trim()))]),
    ...(creds === undefined ? [] : [credsAuthenticator(bytes(lines(creds)))]),
  ];
}

function refused(error: unknown, server: string): KarError {
  const why = messageOf(error);
  const isRefusal = /authorization|authentication|permission|credential|nkey/i
    .test(why);
  return isRefusal
    ? new KarError(
      "usage",
      `The bus ${server} refuses the connection (${why}): KAR_FLEET_TOKEN, KAR_FLEET_USER with KAR_FLEET_PASSWORD, KAR_FLEET_NKEY or KAR_FLEET_CREDS has to be set, and right`,
      { cause: error },
    )
    : new KarError(
      "cannotStart",
      `The bus ${server} cannot be reached: ${why}`,
      { cause: error },
    );
}
