import { listCheckpoints } from '@fluxion/checkpoint';
import { Encoder } from '@fluxion/data';
import type { FlowGraph, Losses, Regularizer } from '@fluxion/graph';
import { adwin, type Drift } from '@fluxion/metrics';
import { type Optimizer, optimizerState } from '@fluxion/optim';
import {
  bprop,
  type Checkpoint,
  type CheckpointInterval,
  checkpoint,
  detectDrift,
  fprop,
  type Log,
  type Metrics,
  type Prequential,
  prequential,
  type Row,
  type Step,
  update,
} from '@fluxion/pipeline';
import { type Savable, type Saved, StateError } from '@fluxion/tensor';
import { map, retry, Subject } from 'rxjs';
import { KnownRange, type RangeOptions } from './knownRange.js';
import { restoreModelCopy, saveModelCopy } from './modelCopy.js';
import { originOf } from './origin.js';
import { Race } from './race.js';
import { usualMetrics } from './usualMetrics.js';

/** What a served model learns from events, and how. */
export interface LearningOptions extends RangeOptions {
  readonly loss: Losses;
  readonly regularizer?: Regularizer;
  readonly optimizer: Optimizer;
  /** Where checkpoints are written, and gone on from. */
  readonly directory: string;
  /** How often. Default: every 30 seconds. */
  readonly every?: CheckpointInterval;
  /** Events that the recent figures are over. Default 1000. */
  readonly window?: number;
  /** Whether the encoder learns too: each event is counted in after it has been encoded. Default false. */
  readonly online?: boolean;
  /**
   * Whether a copy learns, and is served only once it has had the smaller loss over a window. By default the model that is served
   * learns itself.
   */
  readonly shadow?: boolean;
  /**
   * Where events come from, each of which counts once in the weights, even after a crash: how far the log has been read is saved with
   * them. Clients then teach nothing. By default events come from clients.
   */
  readonly log?: Log;
}

/** What became of an event. */
export interface Learned {
  /** Before it was learned from. */
  readonly loss: number;
  /** How many of its numbers were brought back into the range. */
  readonly clipped: number;
}

/** A change of the mean loss, and after how many updates it was found. */
export interface FoundDrift extends Drift {
  readonly update: number;
}

/** What the stream makes of the event at hand. */
interface Outcome {
  /** There once it is encoded. */
  clipped?: number;
  step?: Step;
  refusal?: unknown;
}

/** Events between two divergences, below which going back to a checkpoint has not helped. */
const RELAPSE = 1000;

/**
 * A model that learns from events one by one: each is encoded, predicted, counted in the figures and learned from in one turn,
 * so that whoever predicts in between meets a whole version. What it comes to is kept in checkpoints.
 */
export class Learner {
  readonly #model: FlowGraph;
  readonly #encoder: Encoder;
  readonly #options: LearningOptions;
  readonly #warn: (error: Error) => void;
  readonly #progress: Prequential<Metrics>;
  readonly #race: Race | undefined;
  readonly #range: KnownRange;
  readonly #detector = adwin();
  #drift: FoundDrift | undefined;
  #drifts = 0;
  readonly #saving: Checkpoint;
  /** Model, optimizer and what else is saved, as they were without any checkpoint. */
  readonly #start: {
    readonly model: Saved;
    readonly optimizer: Saved;
    readonly parts: readonly (readonly [part: Savable, saved: Saved])[];
  };
  readonly #events = new Subject<Row>();
  #ended: Promise<void> = Promise.resolve();
  #outcome: Outcome = {};
  #goingBack: Promise<void> | undefined;
  #wentBackAt = Number.NEGATIVE_INFINITY;
  #stopped: Error | undefined;

  private constructor(
    model: FlowGraph,
    encoder: Encoder,
    options: LearningOptions,
    warn: (error: Error) => void,
    place: Savable | undefined,
  ) {
    this.#model = model;
    this.#encoder = encoder;
    this.#options = options;
    this.#warn = warn;
    const { loss, optimizer, directory, window = 1000, every = { seconds: 30 } } = options;
    const metrics = usualMetrics(encoder, loss, model.outputs);
    this.#progress = prequential(metrics, { window });
    this.#race = options.shadow ? new Race(model, encoder, { ...options, metrics, window }) : undefined;
    this.#range = new KnownRange(encoder, model.dtype, options);
    const state = optimizerState(optimizer, model);
    const parts = {
      origin: originOf(model),
      progress: this.#progress,
      drift: this.#detector,
      ...(this.#race && { race: this.#race }),
      ...(place && { log: place }),
    };
    this.#start = {
      model: saveModelCopy(model, encoder),
      optimizer: state.save(),
      parts: Object.values(parts).map((part) => [part, part.save()] as const),
    };
    this.#saving = checkpoint(directory, { model, optimizer, parts }, { every, warn });
  }

  /**
   * Goes on from the newest checkpoint, if there is one.
   *
   * @param warn is told of what goes wrong while learning goes on
   * @param place how far a log has been read that events come from
   * @throws {OptionError} when the checkpoints are of another model or other options; {CheckpointError} when none can be read.
   */
  static async start(
    model: FlowGraph,
    options: LearningOptions,
    warn: (error: Error) => void,
    place?: Savable,
  ): Promise<Learner> {
    const { encoder } = model;
    if (!(encoder instanceof Encoder)) {
      throw new StateError(
        'serve model: expected a model with an encoder, got one without; build it with { encoder }, as fitEncoder makes one',
      );
    }
    const learner = new Learner(model, encoder, options, warn, place);
    await learner.#saving.resume();
    learner.#begin();
    return learner;
  }

  /** The model to predict with. Between two turns of the event loop it may become another. */
  get served(): FlowGraph {
    return this.#race?.served ?? this.#model;
  }

  /** Updates that the served weights have had. */
  get version(): number {
    return this.#race?.version ?? this.updates;
  }

  /** Updates that the learning weights have had. */
  get updates(): number {
    return optimizerState(this.#options.optimizer, this.#model).step;
  }

  get figures(): Prequential<Metrics>['figures'] {
    return this.#progress.figures;
  }

  /** How the served model does, where a copy of it learns. */
  get servedFigures(): Prequential<Metrics>['figures'] | undefined {
    return this.#race?.figures;
  }

  /** Changes of the mean loss that ADWIN has found since the start, and the last of them. */
  get drifts(): { readonly count: number; readonly last: FoundDrift | undefined } {
    return { count: this.#drifts, last: this.#drift };
  }

  /** Why nothing is learned any more; undefined while it is. */
  get stopped(): Error | undefined {
    return this.#stopped;
  }

  /** Settles when the next event can be learned from; undefined where it can be now. */
  get goingBack(): Promise<void> | undefined {
    return this.#goingBack;
  }

  /**
   * Looks whether an event could be learned from.
   *
   * @throws {DataError} with the column, when it cannot.
   */
  expectUsable(row: Row): void {
    this.#range.encode(row, false);
  }

  /**
   * Learns from an event, if it can be used.
   *
   * @throws {DataError} with the column, when it cannot; {StateError} when the model makes no finite number of it, and goes back
   *   to its last checkpoint, or when learning has stopped.
   */
  learn(row: Row): Learned {
    if (this.#stopped !== undefined) throw this.#stopped;
    const outcome: Outcome = {};
    this.#outcome = outcome;
    this.#events.next(row);
    const { step, clipped = 0, refusal } = outcome;
    if (step !== undefined) return { loss: step.loss, clipped };
    if (refusal === undefined) throw this.#stopped;
    if (outcome.clipped === undefined) throw refusal;
    // The event was good: it is the model that is not.
    const error = new StateError(
      `learn: expected a finite loss of event ${this.updates + 1} (${(refusal as Error).message}); serve with a smaller learning rate`,
      { cause: refusal },
    );
    this.#goingBack = this.#goBack(error);
    throw error;
  }

  /** Saves what has been learned, and learns no more. */
  async close(): Promise<void> {
    await this.#goingBack;
    this.#events.complete();
    await this.#ended;
    this.#stopped ??= new StateError(
      'learn: expected a service that learns, got one that is closed; start it again',
    );
  }

  #begin(): void {
    const { loss, regularizer, optimizer, online = false } = this.#options;
    const state = optimizerState(optimizer, this.#model);
    this.#race?.predict(this.#events).subscribe();
    const steps = this.#events.pipe(
      map((row) => {
        const example = this.#range.encode(row, online);
        this.#outcome.clipped = example.clipped;
        return { ...example, number: state.step };
      }),
      fprop(this.#model),
      this.#progress,
      bprop(loss, regularizer),
      update(optimizer),
      retry({
        delay: (error) => {
          this.#outcome.refusal = error;
          return [true];
        },
      }),
      detectDrift(this.#detector),
      this.#saving,
    );
    this.#ended = new Promise((resolve) => {
      steps.subscribe({
        next: (step) => {
          this.#outcome.step = step;
          if (step.drift !== undefined) {
            this.#drift = { ...step.drift, update: step.step };
            this.#drifts++;
          }
          this.#race?.see(this.#progress, step.step);
        },
        error: (error: Error) => {
          this.#stopped = error;
          this.#warn(error);
          resolve();
        },
        complete: resolve,
      });
    });
  }

  async #goBack(cause: Error): Promise<void> {
    const { updates } = this;
    try {
      const isRelapse = updates - this.#wentBackAt < RELAPSE;
      if ((await listCheckpoints(this.#options.directory)).length > 0) await this.#saving.resume();
      else this.#restart();
      // What is served from now on is sound all the same.
      if (isRelapse) throw cause;
      this.#wentBackAt = this.updates;
      this.#warn(
        new StateError(`${cause.message}; the model has gone back to update ${this.updates}`, { cause }),
      );
    } catch (error) {
      this.#stopped = error as Error;
      this.#warn(error as Error);
    } finally {
      this.#goingBack = undefined;
    }
  }

  /** Goes back to the model that the service began with. */
  #restart(): void {
    const { model, optimizer, parts } = this.#start;
    restoreModelCopy(this.#model, this.#encoder, model);
    optimizerState(this.#options.optimizer, this.#model).restore(optimizer);
    for (const [part, saved] of parts) part.restore(saved);
  }
}
