/** Header of an answer that says which exit code fits an error. */
export const EXIT_HEADER = "kar-exit";

/** Clients that a run answers at once; a further one is turned away. */
export const CLIENTS_MAX = 200;
