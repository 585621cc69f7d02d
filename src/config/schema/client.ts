import type { ProtocolName } from "../../protocol/mod.ts";

/** The clients that a user may choose. */
export const CLIENTS = ["wire", "fetch", "connect"] as const;

/** What sends: kar's own sockets, Deno's fetch, or Connect. */
export type ClientName = typeof CLIENTS[number];

/** The default client of each protocol. */
export const DEFAULT_CLIENT: Readonly<Record<ProtocolName, ClientName>> = {
  http: "wire",
  http2: "wire",
  grpc: "wire",
};

/** Which protocols a client speaks. */
export const SPEAKS: Readonly<Record<ClientName, readonly ProtocolName[]>> = {
  wire: ["http", "http2", "grpc"],
  fetch: ["http", "http2"],
  connect: ["grpc"],
};

/** Requests a second that one core is documented to reach with each client. */
export const REACH_PER_CORE: Readonly<Record<ClientName, number>> = {
  wire: 50_000,
  fetch: 5000,
  connect: 2500,
};
