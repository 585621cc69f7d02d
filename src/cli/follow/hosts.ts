import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { expand } from "../../base/mod.ts";
import type { Observer, Tell } from "../../observer/mod.ts";
import { parseUrl } from "../../request/mod.ts";
import type { Host } from "../../screen/wizard/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";

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

/** A name server that is slower than this says nothing of whose a host is. */
const LOOKUP_MS = 3000;

/** Whose host an address names; null where it names none that could be asked. */
export async function hostOf(
  url: string,
  variables: LoadedPlan["variables"],
): Promise<Host | null> {
  const parsed = parseUrl(expand(url, variables));
  if (parsed.kind !== "url") return null;
  const { peer } = parsed;
  if (peer.kind === "unix") return { name: peer.path, isOwn: true };
  const name = peer.host;
  if (isOwnName(name)) return { name, isOwn: true };
  // A name that does not resolve may belong to anybody tomorrow.
  const found = await addressesOf(name);
  return { name, isOwn: found.length > 0 && found.every(isOwnAddress) };
}

/**
 * The public hosts that a run would send to, health checks included, each
 * once: neither this machine nor in a private network.
 */
export async function hostsOfOthers(
  { plan: { targets, health, setup }, variables }: LoadedPlan,
): Promise<string[]> {
  // A step has no weight: its journey does.
  const urls = targets.filter(({ weight, step }) => weight > 0 || step)
    .map(({ url }) => url);
  for (const { url } of setup?.requests ?? []) urls.push(url);
  if (health.enabled && health.url !== null) urls.push(health.url);
  const hosts = await Promise.all(
    [...new Set(urls)].map((url) => hostOf(url, variables)),
  );
  const others = hosts.filter((host) => host !== null && !host.isOwn);
  return [...new Set(others.map((host) => host!.name))];
}

/**
 * Says in one line that a run fires at public hosts. A slow name server does not
 * hold up the run, and nothing is said once the run has ended.
 */
export function hostsObserver(loaded: LoadedPlan, tell: Tell): Observer {
  let isOver = false;
  const silence = () => void (isOver = true);
  void hostsOfOthers(loaded).then((hosts) => {
    if (hosts.length > 0 && !isOver) {
      tell(
        `Fires at ${
          hosts.join(", ")
        }: neither this machine nor in a private network`,
      );
    }
  });
  return { name: "look at hosts", ended: silence, close: silence };
}

async function addressesOf(name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name];
  const late = Promise.withResolvers<string[]>();
  const timer = setTimeout(() => late.resolve([]), LOOKUP_MS);
  const found = lookup(name, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => [],
  );
  try {
    return await Promise.race([found, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
