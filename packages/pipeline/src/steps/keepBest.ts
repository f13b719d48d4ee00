import type { FlowGraph } from '@fluxion/graph';
import { elements, type Floats, type Savable, type Saved, type Tensor, tensor } from '@fluxion/tensor';
import { type Observable, tap } from 'rxjs';
import { Best, type BestOptions, expectSame, type Validated } from './best.js';

/** What keeps the best weights. */
export interface KeepBest extends Savable {
  <S extends Validated>(steps: Observable<S>): Observable<S>;
  /** The value of the figure that was best; undefined before the first validation. */
  readonly best: number | undefined;
}

/**
 * Keeps a copy of the parameters and states that did best in validation, and gives it back to the model when the stream
 * ends: whether it is complete, fails, as by a loss that diverges, or is unsubscribed from. Where nothing was validated the
 * model stays as it is.
 *
 * The optimizer stays where it came to, so do not train on from here: that needs a `checkpoint`, which saves the weights of the
 * last step besides. `restore` gives these to the model.
 *
 * @throws {OptionError} when an option has a value that cannot be used; as the stream's error, when the validation has no
 *   such figure.
 * @example
 * examples(source, { ...options, epochs: 100 }).pipe(
 *   train(model, { loss: softmaxCrossEntropy(), optimizer }),
 *   validate(model, examples(source, options), { loss: meanLoss(softmaxCrossEntropy()) }),
 *   keepBest(model),
 *   earlyStop({ patience: 5 }),
 * );
 */
export function keepBest(model: FlowGraph, options: BestOptions = {}): KeepBest {
  const best = new Best('keepBest', options);
  const kept = new Map<string, Floats>();
  const values = [...model.parameters, ...model.states];
  /** The weights of the last step, while the model has the best ones. */
  const last = new Map<string, Floats>();
  const giveBack = (): void => {
    if (kept.size === 0 || last.size > 0) return;
    for (const value of values) {
      last.set(value.name, elements(model.valueOf(value)).slice());
      model.assign(value, kept.get(value.name) as Floats);
    }
  };
  const saveWeights = (part: string, weights: ReadonlyMap<string, Floats>): [string, Tensor][] =>
    values.flatMap(({ name, value }): [string, Tensor][] => {
      const copy = weights.get(name);
      return copy === undefined ? [] : [[`${part}.${name}`, tensor(copy, value.shape)]];
    });
  const save = (): Saved => ({
    kind: 'keepBest',
    options: best.options,
    tensors: new Map<string, Tensor>([
      ...best.save(),
      ...saveWeights('model', kept),
      ...saveWeights('last', last),
    ]),
  });
  const watch = {
    subscribe: () => last.clear(),
    next({ validation }: Validated) {
      if (validation === undefined || !best.isBeatenBy(validation)) return;
      for (const value of values) kept.set(value.name, elements(model.valueOf(value)).slice());
    },
    complete: giveBack,
    error: giveBack,
    unsubscribe: giveBack,
  };
  const operator = <S extends Validated>(steps: Observable<S>): Observable<S> => steps.pipe(tap<S>(watch));
  return Object.defineProperty(
    Object.assign(operator, {
      best: undefined,
      save,
      restore(saved: Saved): void {
        expectSame('keepBest', save(), saved);
        best.restore(saved.tensors);
        kept.clear();
        for (const value of values) {
          const copy = saved.tensors.get(`model.${value.name}`);
          if (copy !== undefined) kept.set(value.name, elements(copy).slice());
          const latest = saved.tensors.get(`last.${value.name}`);
          if (latest !== undefined) model.assign(value, elements(latest));
        }
      },
    }),
    'best',
    { get: () => best.value },
  );
}
