/** Header of an answer that says which exit code fits an error. */
export const EXIT_HEADER = "kar-exit";

/** Clients that can ask a run at once; with more of them, some are cut off. */
export const CLIENTS_MAX = 200;

/** Connections that a run holds at once: a command probes before it asks, which makes two. */
export const CONNECTIONS_MAX = 2 * CLIENTS_MAX;
