/**
 * The gRPC side of the sample server: echo, health and reflection by Connect's
 * handlers, on the HTTP/2 server next door. It counts into the tally and passes
 * the injector like the HTTP side, and knows nothing of it.
 *
 * @module
 */
export * from "./catalog.ts";
export * from "./echo_service.ts";
export * from "./health_service.ts";
export * from "./listen.ts";
export * from "./reflection.ts";
export * from "./routes.ts";
