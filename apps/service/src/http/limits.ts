import { OptionError } from '@fluxion/tensor';

/** What one request, and one client, may ask for. */
export interface Limits {
  /** Bytes of a request's body. Default 1 MiB. */
  readonly bodyBytes?: number;
  /** Rows of a request. Default 1000. */
  readonly rows?: number;
  /** Events that a client may give to learn from each second. Default 5000. */
  readonly learnPerSecond?: number;
  /** Events of all clients that may wait to be learned from. Default 20,000. */
  readonly waiting?: number;
}

/** @throws {OptionError} when one is no positive number. */
export function allLimits(limits: Limits): Required<Limits> {
  const all = { bodyBytes: 2 ** 20, rows: 1000, learnPerSecond: 5000, waiting: 20_000, ...limits };
  for (const [name, value] of Object.entries(all)) {
    if (typeof value === 'number' && value > 0) continue;
    throw new OptionError(`serve limits.${name}: expected a positive number, got ${value}; give one`);
  }
  return all;
}
