import { InvalidArgumentError } from "@commander-js/extra-typings";
import { KarError } from "../../base/mod.ts";
import type { Credentials, FleetAddress } from "../../nats/mod.ts";
import type { System } from "../system.ts";

/** NATS's own port. */
const USUAL_PORT = 4222;
const RUN_REGEXP = /^[a-z0-9-]{1,32}$/;
/** A file of credentials is short; a list of authorities may be longer. */
const FILE_BYTES_MAX = 1024 * 1024;

/** `nats://host:4222/blue`: where a fleet's run is. */
export function fleetValue(text: string): FleetAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isTls = url?.protocol === "tls:";
  if (url === null || !(isTls || url.protocol === "nats:") || !url.hostname) {
    throw new InvalidArgumentError(
      "Write where the run is, such as nats://host:4222/blue, or tls://…",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new InvalidArgumentError(
      "Leave secrets out of the URL, which all can see: KAR_FLEET_USER and KAR_FLEET_PASSWORD, or KAR_FLEET_TOKEN, say who connects.",
    );
  }
  const run = url.pathname.slice(1);
  if (!RUN_REGEXP.test(run)) {
    throw new InvalidArgumentError(
      "Name the run behind the host, such as nats://host:4222/blue: up to 32 of a-z, 0-9 and -.",
    );
  }
  const port = url.port === "" ? USUAL_PORT : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port, isTls, run };
}

/** The address as people write it. */
export function addressText(
  { host, port, isTls, run }: FleetAddress,
): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${isTls ? "tls" : "nats"}://${name}:${port}/${run}`;
}

/** Each says who connects, or by what it knows the server; the last ones name files. */
const VARIABLES = {
  token: "KAR_FLEET_TOKEN",
  user: "KAR_FLEET_USER",
  password: "KAR_FLEET_PASSWORD",
} as const;
const FILES = {
  nkey: "KAR_FLEET_NKEY",
  creds: "KAR_FLEET_CREDS",
  ca: "KAR_FLEET_CA",
  cert: "KAR_FLEET_CERT",
  key: "KAR_FLEET_KEY",
} as const;

/**
 * Who connects, as the environment says.
 *
 * @throws {KarError} `usage` for a file that cannot be read
 */
export async function credentialsOf({ env }: System): Promise<Credentials> {
  const said = Object.entries(VARIABLES)
    .map(([key, name]) => [key, env(name) || undefined]);
  const read = await Promise.all(
    Object.entries(FILES).map(async ([key, name]) => {
      const path = env(name);
      return [key, path ? await textOf(name, path) : undefined] as const;
    }),
  );
  return Object.fromEntries([...said, ...read]);
}

async function textOf(name: string, path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size > FILE_BYTES_MAX) throw new Error(`it has ${size} bytes`);
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new KarError(
      "usage",
      `Cannot read the file that ${name} names, ${path}: ${
        (error as Error).message
      }`,
      { cause: error },
    );
  }
}
