/** Header of an answer that says which exit code fits an error. */
export const EXIT_HEADER = "kar-exit";

/** Clients that a run answers at once; a further one is turned away. */
export const CLIENTS_MAX = 200;

/** Connections that a run holds at once: a command knocks before it asks. */
export const CONNECTIONS_MAX = 2 * CLIENTS_MAX;
