/**
 * What Prometheus reads: OpenTelemetry instruments over the snapshot, its text
 * format, and the read-only web server at `metrics.address`.
 *
 * ```
 *  Snapshot ─▶ instruments + histograms ─▶ PrometheusSerializer ─▶ Hono ─▶ scrape
 * ```
 *
 * OTLP sends the same series, with exponential histograms, at an interval.
 *
 * Everything is read when somebody asks and at no other time, so metrics cost
 * the traffic nothing. Labels come from closed sets: targets of the plan,
 * codes, kinds, reasons; never a URL, an address or an error's text.
 *
 * @module
 */
export { metricsApp } from "./app.ts";
export { OtlpSender, otlpUrl } from "./otlp.ts";
export { renderMetrics } from "./render.ts";
export { SCRAPERS_MAX, serveMetrics } from "./serve.ts";
