import { setImmediate } from 'node:timers/promises';
import type { Row } from '@fluxion/pipeline';
import type { Learned } from './learner.js';

/** What learns from events one by one. */
interface Learns {
  learn(event: Row): Learned;
  readonly goingBack: Promise<void> | undefined;
}

/** What became of a list of events. */
export interface LearnedList {
  readonly learned: number;
  /** Events of which numbers were brought back into the range. */
  readonly clipped: number;
  /** Mean loss before each was learned from. */
  readonly loss: number;
  /** Why events were not learned from, if some were not. */
  readonly refusals: readonly Error[];
}

/** Milliseconds of learning after which whoever waits for a prediction gets a turn. */
const SLICE = 2;

/** Lists of events that wait to be learned from, in the order in which they came, a few milliseconds at a time. */
export class LearningQueue {
  readonly #learner: Learns;
  readonly #lists: { readonly events: readonly Row[]; readonly done: (list: LearnedList) => void }[] = [];
  #length = 0;
  #running: Promise<void> | undefined;

  constructor(learner: Learns) {
    this.#learner = learner;
  }

  /** Events that wait. */
  get length(): number {
    return this.#length;
  }

  /** Settles when a list has been learned from; it is never rejected. */
  push(events: readonly Row[]): Promise<LearnedList> {
    this.#length += events.length;
    const learned = new Promise<LearnedList>((done) => this.#lists.push({ events, done }));
    this.#running ??= this.#run();
    return learned;
  }

  /** Settles when nothing waits any more. */
  async empty(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    await setImmediate();
    let end = performance.now() + SLICE;
    for (let list = this.#lists.shift(); list !== undefined; list = this.#lists.shift()) {
      let [learned, clipped, sum] = [0, 0, 0];
      const refusals: Error[] = [];
      for (const event of list.events) {
        if (performance.now() > end) {
          await setImmediate();
          end = performance.now() + SLICE;
        }
        const { goingBack } = this.#learner;
        if (goingBack !== undefined) await goingBack;
        try {
          const one = this.#learner.learn(event);
          learned++;
          sum += one.loss;
          if (one.clipped > 0) clipped++;
        } catch (error) {
          refusals.push(error as Error);
        }
        this.#length--;
      }
      list.done({ learned, clipped, loss: sum / learned, refusals });
    }
    this.#running = undefined;
  }
}
