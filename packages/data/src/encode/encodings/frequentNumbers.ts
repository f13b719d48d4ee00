import type { Mergeable } from '../mergeable.js';

/** Different numbers that are counted at a time. */
const COUNTED = 1024;

/**
 * Which number comes most often. Of up to 1,024 different ones each is counted. Of more, all that make up more than 1/1,025 of the numbers are
 * kept, each counted short by that share at most: a new one for which there is no room takes one off the count of every other.
 *
 * @see Misra and Gries, "Finding repeated elements", Science of Computer Programming 2, 1982; merged as in Agarwal et al., "Mergeable
 *   summaries", PODS 2012.
 */
export class FrequentNumbers implements Mergeable<Float64Array> {
  readonly #counts = new Map<number, number>();
  /** Found out when it is asked for. */
  #mode: number | undefined;

  /** @param memory numbers and their counts by turns */
  constructor(memory: Float64Array = new Float64Array(0)) {
    for (let i = 0; i < memory.length; i += 2) this.#counts.set(memory[i] as number, memory[i + 1] as number);
  }

  /** Numbers and their counts by turns. */
  get memory(): Float64Array {
    return Float64Array.from([...this.#counts].flat());
  }

  /** The smallest of those that came most often; undefined before the first. */
  get mode(): number | undefined {
    if (this.#mode !== undefined) return this.#mode;
    let most = 0;
    for (const [value, count] of this.#counts) {
      if (count < most || (count === most && value > (this.#mode as number))) continue;
      this.#mode = value;
      most = count;
    }
    return this.#mode;
  }

  see(value: number): void {
    this.#mode = undefined;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    if (this.#counts.size > COUNTED) this.#takeOff(1);
  }

  tally(): Float64Array {
    return this.memory;
  }

  merge(theirs: Float64Array): void {
    this.#mode = undefined;
    for (const [value, count] of new FrequentNumbers(theirs).#counts) {
      this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
    }
    if (this.#counts.size > COUNTED)
      this.#takeOff([...this.#counts.values()].sort((a, b) => b - a)[COUNTED] as number);
  }

  #takeOff(times: number): void {
    for (const [value, count] of this.#counts) {
      if (count > times) this.#counts.set(value, count - times);
      else this.#counts.delete(value);
    }
  }
}
