import type { Schedule } from '@fluxion/optim';
import { elements, expectNames, OptionError, type Savable, type Saved, tensor } from '@fluxion/tensor';
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import { expectSameOptions } from '../steps/expectSameOptions.js';
import type { DriftingStep } from './detectDrift.js';

/** How much higher the rate is for a while. */
export interface RaisedRateOptions {
  /** The rate otherwise. */
  readonly learningRate: number | Schedule;
  /** What it is multiplied by after a drift. Default 5. */
  readonly factor?: number;
  /** Updates for which it is. Default 1000. */
  readonly updates?: number;
}

/** A learning rate, and what raises it. */
export interface RaisedRate extends MonoTypeOperatorFunction<DriftingStep>, Savable {
  readonly learningRate: Schedule;
}

/**
 * A learning rate that is higher for some updates after each drift, so that the model learns faster what is new. It is given to the
 * optimizer, and stands below `detectDrift`.
 *
 * @throws {OptionError} when factor or updates is not above 0.
 * @example
 * const rate = raisedRate({ learningRate: 0.01, factor: 10, updates: 500 });
 * const optimizer = sgd({ learningRate: rate.learningRate });
 * examples(source, options).pipe(train(model, { loss, optimizer }), detectDrift(adwin()), rate).subscribe();
 */
export function raisedRate(options: RaisedRateOptions): RaisedRate {
  expectNames('raisedRate', options, ['learningRate', 'factor', 'updates']);
  const { learningRate, factor = 5, updates = 1000 } = options;
  for (const [name, value] of Object.entries({ factor, updates })) {
    if (value > 0) continue;
    throw new OptionError(`raisedRate ${name}: expected a number above 0, got ${value}; give one, as 5`);
  }
  const base = typeof learningRate === 'number' ? () => learningRate : learningRate;
  // Counted here: the count of updates is another model's after a race.
  let left = 0;
  const operator = tap(({ drift }: DriftingStep) => {
    if (drift !== undefined) left = updates;
    else if (left > 0) left--;
  });
  const save = (): Saved => ({
    kind: 'raisedRate',
    options: { factor, updates },
    tensors: new Map([['left', tensor(Float64Array.of(left))]]),
  });
  return Object.assign(operator, {
    learningRate: (t: number) => base(t) * (left > 0 ? factor : 1),
    save,
    restore(saved: Saved): void {
      expectSameOptions('raisedRate', save(), saved);
      [left = 0] = elements(saved.tensors.get('left') ?? tensor([]));
    },
  });
}
