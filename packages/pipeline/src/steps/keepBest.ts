import { FlowGraph } from '@fluxion/graph';
import {
  elements,
  type Floats,
  type Savable,
  type Saved,
  StateError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { type Observable, tap } from 'rxjs';
import type { Step } from '../messages.js';
import { Best, type BestOptions, type Validated, withModeAndDelta } from './best.js';
import { expectSameOptions } from './expectSameOptions.js';

/** What keeps the best weights. */
export interface KeepBest extends Savable {
  <S extends Validated & Pick<Step, 'model'>>(steps: Observable<S>): Observable<S>;
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
 * @param model whose weights are kept. Default: the model of the steps. A run that a checkpoint saves has to name it
 * @throws {OptionError} when an option has a value that cannot be used; as the stream's error, when the validation has no
 *   such figure, {StateError} when the steps have no model.
 * @example
 * examples(source, { ...options, epochs: 100 }).pipe(
 *   train(model, { loss: softmaxCrossEntropy(), optimizer }),
 *   validate(examples(source, options), { loss: meanLoss(softmaxCrossEntropy()) }),
 *   keepBest(),
 *   earlyStop({ patience: 5 }),
 * );
 */
export function keepBest(options?: BestOptions): KeepBest;
export function keepBest(model: FlowGraph, options?: BestOptions): KeepBest;
export function keepBest(first?: FlowGraph | BestOptions, second?: BestOptions): KeepBest {
  const [named, options = {}] = first instanceof FlowGraph ? [first, second] : [undefined, first];
  const best = new Best('keepBest', options, (options) => `keepBest({ ${options} })`);
  let model = named;
  const kept = new Map<string, Floats>();
  /** The weights of the last step, while the model has the best ones. */
  const last = new Map<string, Floats>();
  const giveBack = (): void => {
    if (model === undefined || kept.size === 0 || last.size > 0) return;
    for (const value of [...model.parameters, ...model.states]) {
      last.set(value.name, elements(model.valueOf(value)).slice());
      model.assign(value, kept.get(value.name) as Floats);
    }
  };
  const save = (): Saved => {
    const { parameters, states } = expectModel(named);
    const saveWeights = (part: string, weights: ReadonlyMap<string, Floats>): [string, Tensor][] =>
      [...parameters, ...states].flatMap(({ name, value }): [string, Tensor][] => {
        const copy = weights.get(name);
        return copy === undefined ? [] : [[`${part}.${name}`, tensor(copy, value.shape)]];
      });
    return {
      kind: 'keepBest',
      options: best.options,
      tensors: new Map<string, Tensor>([
        ...best.save(),
        ...saveWeights('model', kept),
        ...saveWeights('last', last),
      ]),
    };
  };
  const watch = {
    subscribe: () => last.clear(),
    next({ validation, model: trained }: Validated & Pick<Step, 'model'>) {
      if (validation === undefined || !best.isBeatenBy(validation)) return;
      model = expectModel(named ?? trained);
      for (const value of [...model.parameters, ...model.states]) {
        kept.set(value.name, elements(model.valueOf(value)).slice());
      }
    },
    complete: giveBack,
    error: giveBack,
    unsubscribe: giveBack,
  };
  const operator = <S extends Validated & Pick<Step, 'model'>>(steps: Observable<S>): Observable<S> =>
    steps.pipe(tap<S>(watch));
  return Object.defineProperty(
    Object.assign(operator, {
      best: undefined,
      save,
      restore(saved: Saved): void {
        const owner = expectModel(named);
        expectSameOptions('keepBest', save(), withModeAndDelta(saved));
        best.restore(saved.tensors);
        kept.clear();
        for (const value of [...owner.parameters, ...owner.states]) {
          const copy = saved.tensors.get(`model.${value.name}`);
          if (copy !== undefined) kept.set(value.name, elements(copy).slice());
          const latest = saved.tensors.get(`last.${value.name}`);
          if (latest !== undefined) owner.assign(value, elements(latest));
        }
      },
    }),
    'best',
    { get: () => best.value },
  );
}

function expectModel(model: FlowGraph | undefined): FlowGraph {
  if (model !== undefined) return model;
  throw new StateError(
    'keepBest: expected a model, got none from the steps, and none that a checkpoint could restore; name it: keepBest(model)',
  );
}
