/*
 * What the fields of JSON logs are called, in nginx, Caddy, Traefik, Envoy, and
 * the loggers of frameworks; a dot leads into an object.
 */

/** Fields that hold the time, the finest ones first. */
export const TIME_FIELDS = [
  ...["ts", "msec", "@timestamp", "timestamp", "time", "time_iso8601"],
  ...["time_local", "start_time", "StartUTC"],
] as const;

/** Fields that hold the path, or the whole request. */
export const PATH_FIELDS = [
  ...["request.uri", "request_uri", "uri", "path", "RequestPath", "url"],
  "request",
] as const;

export const METHOD_FIELDS = [
  ...["request.method", "request_method", "method", "RequestMethod"],
  "http.request.method",
] as const;

export const STATUS_FIELDS = [
  ...["status", "status_code", "response_code", "DownstreamStatus"],
  ...["response.status", "http.response.status_code"],
] as const;

export const CLIENT_FIELDS = [
  ...["request.client_ip", "client_ip", "remote_ip", "request.remote_ip"],
  ...["remote_addr", "client", "ClientHost", "clientip", "ip"],
  ...["x_forwarded_for", "request.remote_addr", "downstream_remote_address"],
] as const;

/** Fields that hold how long a request took, and the microseconds of their unit. */
export const DURATION_FIELDS: readonly (readonly [string, number])[] = [
  ["request_time", 1e6],
  ["duration_ms", 1000],
  ["latency_ms", 1000],
  ["elapsed_ms", 1000],
  ["took_ms", 1000],
  ["responseTime", 1000],
  ["duration_us", 1],
  // Caddy's is in seconds, Traefik's in nanoseconds.
  ["duration", 1e6],
  ["Duration", 1e-3],
];
