import { setImmediate } from 'node:timers/promises';
import { holdSource, type LogEvents, type Row } from '@fluxion/pipeline';
import { StateError } from '@fluxion/tensor';
import { Subscription } from 'rxjs';
import type { Learned, Learner } from './learner.js';

/** Is told of what becomes of the events of a log. */
export interface FollowerOptions {
  learned(one: Learned): void;
  /** An event that cannot be used; nothing is learned of it. */
  refused(row: Row, error: Error): void;
  warn(error: Error): void;
}

/** Milliseconds of learning after which whoever waits for a prediction gets a turn. */
const SLICE = 2;
/** Milliseconds after which a log that failed is asked again, the first time and at most. */
const [FIRST_WAIT, LONGEST_WAIT] = [500, 30_000];

/**
 * Learns from the events of a log, one after the other, and counts each once: where the model goes back to a checkpoint, the log is
 * read again from there. A log that fails is asked again after a while.
 */
export class LogFollower {
  readonly name: string;
  readonly #learner: Learner;
  readonly #events: LogEvents;
  readonly #options: FollowerOptions;
  #reading = Subscription.EMPTY;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #problem: Error | undefined;
  #isClosed = false;

  constructor(name: string, learner: Learner, events: LogEvents, options: FollowerOptions) {
    this.name = name;
    this.#learner = learner;
    this.#events = events;
    this.#options = options;
  }

  /** Why no events come; undefined while they do. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** The log answers. */
  answered(): void {
    this.#failures = 0;
    this.#problem = undefined;
  }

  begin(): void {
    if (this.#isClosed || this.#learner.stopped !== undefined) return;
    let end = performance.now() + SLICE;
    this.#reading = this.#events.subscribe({
      next: (row) => {
        this.#learn(row);
        if (performance.now() < end) return;
        const turn = setImmediate().then(() => {
          end = performance.now() + SLICE;
        });
        holdSource('learn', turn);
      },
      error: (cause: Error) => this.#fail(cause),
      complete: () => this.#fail(new StateError('expected a log that goes on, got its end')),
    });
  }

  /** Reads no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#reading.unsubscribe();
  }

  #learn(row: Row): void {
    try {
      this.#options.learned(this.#learner.learn(row));
    } catch (error) {
      const { stopped, goingBack } = this.#learner;
      if (stopped === undefined && goingBack === undefined) {
        this.#options.refused(row, error as Error);
        return;
      }
      this.#reading.unsubscribe();
      void goingBack?.then(() => this.begin());
    }
  }

  #fail(cause: Error): void {
    if (this.#isClosed) return;
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures++, LONGEST_WAIT);
    this.#problem = new StateError(
      `${this.name}: expected events, got an error (${cause.message}); it is asked again in ${Math.ceil(wait / 1000)} s: check the broker`,
      { cause },
    );
    if (this.#failures === 1) this.#options.warn(this.#problem);
    this.#retry = setTimeout(() => this.begin(), wait);
  }
}
