import * as z from "zod";
import { isHost } from "../../request/mod.ts";

const PORT_MAX = 65_535;
const LOOPBACK_REGEXP = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** An address to listen on: `host:port`. @param hint what to write instead of a wrong one */
export function listenAddress(hint: string) {
  return z.string({ error: hint })
    .regex(/^([A-Za-z0-9_.-]*|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$/, hint)
    .refine((address) => isPort(address) && isListenHost(address), hint);
}

/** Whether nobody on another machine can reach it. */
export function isLoopback(address: string): boolean {
  return LOOPBACK_REGEXP.test(hostOf(address));
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

function isListenHost(address: string): boolean {
  const host = hostOf(address);
  return host === "" || isHost(host);
}

function isPort(address: string): boolean {
  return Number(address.slice(address.lastIndexOf(":") + 1)) <= PORT_MAX;
}
