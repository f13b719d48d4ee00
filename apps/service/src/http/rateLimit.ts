/** Clients that are remembered; one that has been quiet for long is no different from a new one. */
const CLIENTS = 10_000;

interface Bucket {
  /** What the client may still use. */
  left: number;
  time: number;
}

/**
 * How much each client may use: so much a second, and as much at once as it has not used in the last second. A token bucket for
 * each.
 */
export class RateLimit {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /**
   * Takes an amount from what a client may use. More than a second's worth is taken where all is left, and has to be made up
   * for afterwards.
   *
   * @returns 0, or the seconds after which it may try again, in which case nothing is taken
   */
  take(client: string, amount: number, now: number = performance.now() / 1000): number {
    const rate = this.#perSecond;
    const { left, time } = this.#buckets.get(client) ?? { left: rate, time: now };
    const available = Math.min(rate, left + (now - time) * rate);
    const wanted = Math.min(amount, rate);
    if (available < wanted) return (wanted - available) / rate;
    // Put last, so that those who were quiet longest come first.
    this.#buckets.delete(client);
    this.#buckets.set(client, { left: available - amount, time: now });
    if (this.#buckets.size > CLIENTS) {
      const [quietest] = this.#buckets.keys();
      this.#buckets.delete(quietest as string);
    }
    return 0;
  }
}
