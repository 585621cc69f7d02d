/**
 * The HTTP side of the sample server: a handler that works without a port, and
 * Deno's own server to put it on one. It counts into the tally and passes the
 * injector; it knows nothing of gRPC.
 *
 * @module
 */
export * from "./app.ts";
export * from "./body.ts";
export * from "./listen.ts";
export * from "./users.ts";
export * from "./users_app.ts";
