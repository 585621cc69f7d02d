/** A connection, as far as it is watched; a socket of node:net is one. */
export interface WatchedConnection {
  /** Bytes that came so far. */
  readonly bytesRead: number;
  destroy(): void;
}

/** How many clients there may be, and how long each may take for what, in milliseconds. */
export interface ClientLimits {
  readonly connectionsMax: number;
  /** For the head of a request. */
  readonly headMs: number;
  /** For saying nothing between two requests. */
  readonly idleMs: number;
  /** For sending the rest of a request, and for taking the answer. */
  readonly answerMs: number;
}

/** Time between two looks at who takes too long. */
export const LOOK_MS = 1000;

/** What a client is doing. */
interface ClientActivity {
  doing: "sends a head" | "is idle" | "is answered";
  sinceMs: number;
  /** Bytes that had come when it had its last answer. */
  bytesRead: number;
}

/**
 * Who is connected. When one more comes than there may be, the one that has
 * been silent for longest gives way, and only when all are being answered is
 * the new one turned away: so the slow have the time they need, and the silent
 * keep nobody out.
 */
export class Clients<Socket extends WatchedConnection> {
  readonly #limits: ClientLimits;
  readonly #now: () => number;
  #lookedMs: number;
  /** Those that ask nothing: the longest silent first. */
  readonly #silent = new Map<Socket, ClientActivity>();
  readonly #answered = new Map<Socket, ClientActivity>();

  /** @param now milliseconds of a monotonic clock */
  constructor(limits: ClientLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#lookedMs = now();
  }

  /** How many there are. */
  get size(): number {
    return this.#silent.size + this.#answered.size;
  }

  /**
   * Takes a client that has just connected, or turns it away.
   *
   * @returns who was cut off for it, perhaps the client itself; null = nobody
   */
  add(socket: Socket): Socket | null {
    const gone = this.size < this.#limits.connectionsMax
      ? null
      : this.#silent.keys().next().value ?? socket;
    if (gone !== null) {
      this.#silent.delete(gone);
      gone.destroy();
    }
    if (gone !== socket) {
      this.#silent.set(socket, {
        doing: "sends a head",
        sinceMs: this.#now(),
        bytesRead: 0,
      });
    }
    return gone;
  }

  /** Forgets a client that is gone. */
  remove(socket: Socket): void {
    this.#silent.delete(socket);
    this.#answered.delete(socket);
  }

  /** Begins to answer a client; false = it is being answered already, or was turned away. */
  begin(socket: Socket): boolean {
    const client = this.#silent.get(socket);
    if (client === undefined) return false;
    this.#silent.delete(socket);
    this.#answered.set(socket, client);
    this.#note(client, "is answered");
    return true;
  }

  /** The client has its answer. */
  end(socket: Socket): void {
    const client = this.#answered.get(socket);
    if (client === undefined) return;
    this.#answered.delete(socket);
    this.#silent.set(socket, client);
    client.bytesRead = socket.bytesRead;
    this.#note(client, "is idle");
  }

  /** Cuts off who has taken too long; meant for each `LOOK_MS`. */
  look(): void {
    const { headMs, idleMs, answerMs } = this.#limits;
    const stalledMs = this.#stalledMs();
    const allowedMs = {
      "sends a head": headMs,
      "is idle": idleMs,
      "is answered": answerMs,
    };
    for (const [socket, client] of [...this.#silent, ...this.#answered]) {
      const isAsking = client.doing === "is idle" &&
        socket.bytesRead > client.bytesRead;
      if (isAsking) this.#note(client, "sends a head");
      client.sinceMs = Math.min(this.#now(), client.sinceMs + stalledMs);
      if (this.#now() - client.sinceMs < allowedMs[client.doing]) continue;
      this.remove(socket);
      socket.destroy();
    }
  }

  /** A process that stood still has not read what came meanwhile: that is not a client's fault. */
  #stalledMs(): number {
    const sinceMs = this.#now() - this.#lookedMs;
    this.#lookedMs = this.#now();
    return Math.max(0, sinceMs - 2 * LOOK_MS);
  }

  /** Cuts everybody off. */
  close(): void {
    const sockets = [...this.#silent.keys(), ...this.#answered.keys()];
    for (const socket of sockets) socket.destroy();
  }

  #note(client: ClientActivity, doing: ClientActivity["doing"]): void {
    client.doing = doing;
    client.sinceMs = this.#now();
  }
}
