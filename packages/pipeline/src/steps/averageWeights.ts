import { expectModel, type FlowGraph, type Parameter } from '@fluxion/graph';
import {
  CheckpointError,
  elements,
  expectNames,
  type Floats,
  OptionError,
  type Saved,
  StateError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import { expectSameOptions } from './expectSameOptions.js';

/** Options of averageWeights. */
export interface AverageWeightsOptions {
  /** How much of the average stays at each update, from 0 to 1; with 1 it is the plain mean of all. Default 0.999. */
  readonly decay?: number;
  /** Updates from one look at the parameters to the next, which move little in between. Default 1. */
  readonly every?: number;
}

/** What averages weights. */
export interface AverageWeights<T> extends MonoTypeOperatorFunction<T> {
  /** Updates averaged so far. */
  readonly updates: number;
  /**
   * Gives the averages to the model and keeps its own parameters in their place; once more gives these back, to train on.
   *
   * @throws {OptionError} when there has been no update yet.
   */
  exchange(): void;
  /**
   * Gives the averages, or before there are any the parameters themselves, and the states to another model of the same graph.
   * The one in training is only looked at.
   */
  copyTo(other: FlowGraph): void;
  /** @throws {StateError} while the model has the averages. */
  save(): Saved;
  /** @throws {OptionError} when something else was saved, or under other options; {CheckpointError} when it is of another model. */
  restore(saved: Saved): void;
}

/**
 * An average of the parameters over the updates, in float64: θ̄ ← θ̄ + max(1 − decay, 1/t)·(θ − θ̄) after update t. So it is the plain
 * mean at first, and forgets what is long past later on; with `every` n it is so after each n-th update, by max(1 − decayⁿ, n/t). It
 * predicts better than the last parameters, which the last examples have shaken. Stands after `update`; states, as running means,
 * are the model's own.
 *
 * @throws {OptionError} when the decay is none; {StateError} as the stream's error, when it goes on while the model has the averages.
 * @see Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control and Optimization 30,
 *   1992; fading: Tarvainen and Valpola, "Mean teachers are better role models", NIPS 2017, section 2.
 * @example
 * const averages = averageWeights(model, { decay: 0.99 });
 * await examples(source, options).pipe(train(model, { loss: softmaxCrossEntropy(), optimizer }), averages).forEach(() => {});
 * averages.exchange(); // the model predicts by the averages from now on
 */
export function averageWeights<T>(model: FlowGraph, options: AverageWeightsOptions = {}): AverageWeights<T> {
  expectModel('averageWeights', model);
  expectNames('averageWeights', options, ['decay', 'every']);
  const { decay = 0.999, every = 1 } = options;
  if (!(decay >= 0 && decay <= 1)) {
    throw new OptionError(
      `averageWeights decay: expected a number from 0 to 1, got ${decay}; give one, as 0.999`,
    );
  }
  if (!(Number.isSafeInteger(every) && every > 0)) {
    throw new OptionError(`averageWeights every: expected a positive integer, got ${every}; give one, as 8`);
  }
  const averages = new Map(
    model.parameters.map((parameter) => [parameter, new Float64Array(parameter.value.size)]),
  );
  let updates = 0;
  /** The model's own parameters, while it has the averages. */
  let own: ReadonlyMap<Parameter, Floats> | undefined;
  const expectOwn = (): void => {
    if (own === undefined) return;
    throw new StateError(
      'averageWeights: expected the model to have its own parameters, it has the averages; call exchange() before it is trained or saved',
    );
  };
  const add = (): void => {
    expectOwn();
    if (++updates % every !== 0) return;
    const share = Math.max(1 - decay ** every, every / updates);
    for (const [parameter, average] of averages) {
      const values = elements(model.valueOf(parameter));
      for (let i = 0; i < average.length; i++) {
        const before = average[i] as number;
        average[i] = before + share * ((values[i] as number) - before);
      }
    }
  };
  const save = (): Saved => {
    expectOwn();
    return {
      kind: 'averageWeights',
      options: { decay, ...(every !== 1 && { every }) },
      tensors: new Map<string, Tensor>([
        ['updates', tensor(Float64Array.of(updates))],
        ...[...averages].map(([{ name, value }, average]): [string, Tensor] => [
          `model.${name}`,
          tensor(average.slice(), value.shape),
        ]),
      ]),
    };
  };
  const operator: MonoTypeOperatorFunction<T> = tap(add);
  return Object.defineProperty(
    Object.assign(operator, {
      updates: 0,
      exchange(): void {
        if (updates < every) {
          throw new OptionError(
            'averageWeights exchange: expected updates to average, got none; let steps flow through it first',
          );
        }
        const given = own ?? averages;
        own = own === undefined ? copyOf(model) : undefined;
        for (const [parameter, values] of given) model.assign(parameter, values);
      },
      copyTo(other: FlowGraph): void {
        const isThere = updates >= every;
        for (const [i, parameter] of model.parameters.entries()) {
          const average = averages.get(parameter) as Float64Array;
          other.assign(
            other.parameters[i] as Parameter,
            isThere ? average : elements(model.valueOf(parameter)),
          );
        }
        for (const [i, state] of model.states.entries()) {
          other.assign(other.states[i] as typeof state, elements(model.valueOf(state)));
        }
      },
      save,
      restore(saved: Saved): void {
        expectSameOptions('averageWeights', save(), saved);
        const read = [...averages].map(([{ name, value }, average]) => {
          const values = saved.tensors.get(`model.${name}`);
          if (values?.size !== value.size) {
            throw new CheckpointError(
              `averageWeights restore: expected ${value.size} numbers of '${name}', got ${values?.size ?? 'none'}; give what was saved of this model`,
            );
          }
          return () => average.set(elements(values));
        });
        for (const take of read) take();
        updates = saved.tensors.get('updates')?.get(0) ?? 0;
      },
    }),
    'updates',
    { get: () => updates },
  );
}

function copyOf(model: FlowGraph): ReadonlyMap<Parameter, Floats> {
  return new Map(
    model.parameters.map((parameter) => [parameter, elements(model.valueOf(parameter)).slice()]),
  );
}
