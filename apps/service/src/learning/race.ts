import type { Encoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { fprop, type Metrics, type Prequential, prequential, type Row } from '@fluxion/pipeline';
import { OptionError, type Savable, type Saved } from '@fluxion/tensor';
import { map, type Observable, retry } from 'rxjs';
import { KnownRange, type RangeOptions } from './knownRange.js';
import { restoreModelCopy, saveModelCopy, twinOf } from './modelCopy.js';
import { joined, tensorsOf } from './nested.js';

/** What a race is run by. */
export interface RaceOptions extends RangeOptions {
  readonly metrics: Metrics;
  /** Events of a round. */
  readonly window: number;
}

/**
 * Races the model that is served against the one that learns: both predict each event before it is learned from. Once in so
 * many events, where the learner's loss over them was the smaller one, what it is then is served from now on, as a whole.
 */
export class Race implements Savable {
  /** The model that is served. */
  readonly served: FlowGraph;
  readonly #learner: FlowGraph;
  readonly #learnerEncoder: Encoder;
  readonly #encoder: Encoder;
  readonly #options: RaceOptions;
  readonly #progress: Prequential<Metrics>;
  #version = 0;
  #events = 0;

  constructor(learner: FlowGraph, encoder: Encoder, options: RaceOptions) {
    this.#learner = learner;
    this.#learnerEncoder = encoder;
    this.served = twinOf(learner, encoder);
    this.#encoder = this.served.encoder as Encoder;
    this.#options = options;
    this.#progress = prequential(options.metrics, { window: options.window });
    this.#serve(0);
  }

  /** Updates that the served weights have had. */
  get version(): number {
    return this.#version;
  }

  /** How the served model does, since it is served. */
  get figures(): Prequential<Metrics>['figures'] {
    return this.#progress.figures;
  }

  /** What the served model makes of each event. To be subscribed to before the learner. */
  predict(events: Observable<Row>): Observable<unknown> {
    const range = new KnownRange(this.#encoder, this.served.dtype, this.#options);
    return events.pipe(
      map((row) => range.encode(row, false)),
      fprop(this.served, { mode: 'predict' }),
      this.#progress,
      // The learner says what is wrong with an event.
      retry({ delay: () => [true] }),
    );
  }

  /**
   * Ends the round where it is time.
   *
   * @param learner how the learner does
   * @param version updates that it has had
   * @returns whether another model is served now
   */
  see(learner: Prequential<Metrics>, version: number): boolean {
    this.#events++;
    if (this.#events < this.#options.window) return false;
    this.#events = 0;
    const [own, other] = [this.#progress, learner].map(({ figures }) => figures.window.loss as number);
    if (!((other as number) < (own as number))) return false;
    this.#serve(version);
    return true;
  }

  save(): Saved {
    const progress = this.#progress.save();
    const served = saveModelCopy(this.served, this.#encoder);
    return {
      kind: 'race',
      options: {
        window: this.#options.window,
        version: this.#version,
        events: this.#events,
        progress: progress.options,
        served: served.options,
      },
      tensors: joined({ progress, served }),
    };
  }

  restore(saved: Saved): void {
    const { window, version, events, progress, served } = saved.options;
    if (saved.kind !== 'race' || window !== this.#options.window) {
      throw new OptionError(
        `race restore: expected a race of windows of ${this.#options.window} events, got ${saved.kind} of ${window}; go on with the same window`,
      );
    }
    this.#progress.restore({
      kind: 'prequential',
      options: progress as Saved['options'],
      tensors: tensorsOf('progress', saved.tensors),
    });
    restoreModelCopy(this.served, this.#encoder, {
      kind: 'modelCopy',
      options: served as Saved['options'],
      tensors: tensorsOf('served', saved.tensors),
    });
    this.#version = version as number;
    this.#events = events as number;
  }

  #serve(version: number): void {
    restoreModelCopy(this.served, this.#encoder, saveModelCopy(this.#learner, this.#learnerEncoder));
    const { metrics, window } = this.#options;
    this.#progress.restore(prequential(metrics, { window }).save());
    this.#version = version;
  }
}
