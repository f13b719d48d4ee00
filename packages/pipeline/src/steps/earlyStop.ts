import { elements, OptionError, type Savable, type Saved, tensor } from '@fluxion/tensor';
import { defer, EMPTY, type Observable, takeWhile } from 'rxjs';
import { Best, type BestOptions, type Validated, withModeAndDelta } from './best.js';
import { expectSameOptions } from './expectSameOptions.js';

/** When training has stopped getting better. */
export interface EarlyStopOptions extends BestOptions {
  /** How many validations in a row may pass without a new best one; the last of them ends the stream. */
  readonly patience: number;
}

/** What stops, and what it has seen. */
export interface EarlyStop extends Savable {
  <S extends Validated>(steps: Observable<S>): Observable<S>;
}

/**
 * Ends the stream when validation has not got better for some time. The step that decided it is the last one.
 *
 * What it has seen is its own: subscribing again goes on with it.
 *
 * @throws {OptionError} when an option has a value that cannot be used; as the stream's error, when the validation has no
 *   such figure.
 * @see Prechelt, "Early stopping – but when?", in Neural Networks: Tricks of the Trade, 1998.
 * @example
 * examples(source, { ...options, epochs: 100 }).pipe(
 *   train(model, { loss: softmaxCrossEntropy(), optimizer }),
 *   validate(examples(source, options), { accuracy: accuracy() }),
 *   earlyStop({ patience: 5, metric: 'accuracy', mode: 'max' }),
 * );
 */
export function earlyStop(options: EarlyStopOptions): EarlyStop {
  // A program in JavaScript may have left them out.
  const { patience, ...figure } = options ?? {};
  const best = new Best(
    'earlyStop',
    figure,
    (options) => `earlyStop({ patience: ${patience}, ${options} })`,
    ['patience'],
  );
  if (!(Number.isSafeInteger(patience) && patience > 0)) {
    throw new OptionError(`earlyStop patience: expected a positive integer, got ${patience}; give one, as 5`);
  }
  let since = 0;
  const save = (): Saved => ({
    kind: 'earlyStop',
    options: { ...best.options, patience },
    tensors: new Map([...best.save(), ['since', tensor([since])]]),
  });
  const goesOn = ({ validation }: Validated): boolean => {
    if (validation === undefined) return true;
    since = best.isBeatenBy(validation) ? 0 : since + 1;
    return since < patience;
  };
  // Restored after it has stopped the stream, it does so again, before anything more is learned.
  const operator = <S extends Validated>(steps: Observable<S>): Observable<S> =>
    defer(() => (since < patience ? steps.pipe(takeWhile<S>(goesOn, true)) : EMPTY));
  return Object.assign(operator, {
    save,
    restore(saved: Saved): void {
      expectSameOptions('earlyStop', save(), withModeAndDelta(saved));
      best.restore(saved.tensors);
      [since = 0] = elements(saved.tensors.get('since') ?? tensor([]));
    },
  });
}
