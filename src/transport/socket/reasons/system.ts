import { isIPv6 } from "node:net";
import { messageOf } from "../../../base/mod.ts";
import { codeOf } from "./codes.ts";

/** What the system's name service answers, by its codes (getaddrinfo(3)) and by its words. */
const NAME_ANSWERS: readonly (readonly [RegExp, string])[] = [
  [
    /EAI_AGAIN|Temporary failure/,
    "no answer from the name server (EAI_AGAIN)",
  ],
  [/EAI_FAIL|Non-recoverable/, "the name server failed (EAI_FAIL)"],
  [/ENODATA|EAI_NODATA|No address/, "the name has no address"],
  [/ENOTFOUND|EAI_NONAME|not known/, "no such name"],
];

/** Why a name could not be looked up: `api.example.com: no such name`. */
export function nameReason(host: string, error: unknown): string {
  const words = `${codeOf(error)} ${messageOf(error)}`;
  const answer = NAME_ANSWERS.find(([pattern]) => pattern.test(words))?.[1];
  return `${host}: ${answer ?? messageOf(error)}`;
}

/** What the system's codes mean for a connection. */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  EHOSTDOWN: "the host is down",
  ENETDOWN: "the network is down",
  ECONNRESET: "connection reset while connecting",
  ECONNABORTED: "connection aborted while connecting",
  ETIMEDOUT: "the system timed out while connecting",
  EMFILE: "kar has no file descriptor left (see ulimit -n)",
  ENFILE: "the system has no file descriptor left",
  ENOMEM: "no memory is left",
  ENOBUFS: "no memory is left for sockets",
  EADDRNOTAVAIL: "no local port is left",
  EADDRINUSE: "no local port is left",
};

/** Why an address could not be connected to: `127.0.0.1:8080: connection refused`. */
export function systemReason(
  { address, port }: { readonly address: string; readonly port: number },
  error: unknown,
): string {
  const shown = isIPv6(address) ? `[${address}]` : address;
  return `${shown}:${port}: ${meaningOf(error)}`;
}

/** Why a Unix socket could not be connected to: `unix:/run/api.sock: no such socket`. */
export function unixReason(path: string, error: unknown): string {
  return `unix:${path}: ${UNIX_MEANINGS[codeOf(error)] ?? meaningOf(error)}`;
}

const UNIX_MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: "no such socket",
  EAGAIN: "its queue of connections is full",
  EACCES: "permission denied",
};

function meaningOf(error: unknown): string {
  return MEANINGS[codeOf(error)] ??
    messageOf(error).replace(/ \(os error \d+\)$/, "");
}
