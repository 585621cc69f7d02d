import { BlockList, isIP } from "node:net";

/** Addresses that only this machine or its own network answers at. */
const OWN_RANGES = [
  ["0.0.0.0", 32, "this machine"],
  ["127.0.0.0", 8, "loopback"],
  ["10.0.0.0", 8, "RFC 1918"],
  ["172.16.0.0", 12, "RFC 1918"],
  ["192.168.0.0", 16, "RFC 1918"],
  ["169.254.0.0", 16, "link-local, RFC 3927"],
  ["::", 128, "this machine"],
  ["::1", 128, "loopback"],
  ["fc00::", 7, "unique local, RFC 4193"],
  ["fe80::", 10, "link-local, RFC 4291"],
] as const;

const OWN = ownList();

function ownList(): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of OWN_RANGES) {
    list.addSubnet(address, prefix, familyOf(address));
  }
  return list;
}

/** Whether an IP address is loopback or private; anything else is somebody else's. */
export function isOwnAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  return mapped === undefined
    ? OWN.check(plain, familyOf(plain))
    : OWN.check(mapped, "ipv4");
}

/** Whether a name means this machine whatever a name server says (RFC 6761). */
export function isOwnName(name: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(name);
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
