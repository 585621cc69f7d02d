/**
 * Sends calls that are never answered until no file descriptor is left, then
 * prints all outcomes as JSON. Run under a small `ulimit -n`; the arguments are
 * the client and the URL.
 */
import { openedFetch, openedHttp1 } from "../transport/opened.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";

const CALLS = 80;
const CLIENTS = { fetch: openedFetch, http1: openedHttp1 };

// Deno opens files for signals late, and panics when none is left; kar listens
// from its start, so it does not meet that.
Deno.addSignalListener("SIGTERM", () => Deno.exit(1));

const [client, url] = Deno.args as [keyof typeof CLIENTS, string];
const open = CLIENTS[client];
const recorder = new Recorder({ connections: CALLS + 1 });
const transport = open(testTarget({ url, timeoutMs: 3000 }), recorder);
for (let i = 0; i < CALLS; i++) transport.send(testCall());
await recorder.until(1);
// With the descriptors gone, not even the name can be looked up.
const named = url.replace("127.0.0.1", "localhost");
const late = open(testTarget({ url: named, timeoutMs: 3000 }), recorder);
late.send(testCall());
await recorder.until(CALLS + 1);
await transport.close();
await late.close();
console.log(JSON.stringify(recorder.outcomes));
Deno.exit();
