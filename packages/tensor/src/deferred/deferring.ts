import { OptionError } from '../errors.js';
import { expectNames } from '../expectNames.js';
import type { Gradient } from '../gradient.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Run } from '../kernels/run.js';
import { numbersOf } from '../numberOption.js';
import { type RuleName, rules } from '../rules/named.js';
import { elements, type Tensor } from '../tensor.js';
import { deferredAffine } from './deferredAffine.js';
import { deferredTimesTransposed } from './deferredTimesTransposed.js';
import { DeferredUpdates } from './deferredUpdates.js';
import { momentumUpdate, nesterovUpdate, sgdUpdate } from './linearUpdate.js';

/** The rules with momentum, which are linear. */
const withMomentum: Readonly<Partial<Record<RuleName, typeof momentumUpdate>>> = {
  momentum: momentumUpdate,
  nesterov: nesterovUpdate,
};

/** When updates wait. */
export interface DeferringOptions {
  /** Examples in a block, after which all updates that wait are applied: a whole number from 1. */
  readonly blockSize: number;
  /** Numbers of a weight from which it pays. */
  readonly minWeightSize: number;
  /** Share of an input's numbers that are not zero from which it pays, in [0, 1]; with momentum it always does. Default 0. */
  readonly minDensity?: number;
}

/**
 * Kernels that let the updates of large weights by single examples wait, as `DeferredUpdates` says. What multiplies by such a
 * weight takes account of those that wait; what reads it otherwise applies them first, or reads a copy.
 *
 * @throws {OptionError} when an option is not a number that it may be.
 */
export function deferring(kernels: Kernels, options: DeferringOptions): Kernels {
  expectNames('deferring', options, ['blockSize', 'minWeightSize', 'minDensity']);
  const { blockSize, minWeightSize, minDensity = 0 } = options;
  expectNumber(
    'blockSize',
    blockSize,
    'a whole number from 1',
    Number.isSafeInteger(blockSize) && blockSize >= 1,
    '32',
  );
  expectNumber('minWeightSize', minWeightSize, 'a number from 0', minWeightSize >= 0, '2 ** 18');
  expectNumber('minDensity', minDensity, 'a number from 0 to 1', minDensity >= 0 && minDensity <= 1, '0.5');
  const deferred = new WeakMap<object, DeferredUpdates>();
  const of = (weight: Tensor): DeferredUpdates | undefined => deferred.get(weight.data);

  /** The same kernel on a copy, while updates wait. */
  const onCopy = (updates: DeferredUpdates, weight: Tensor, bind: (weight: Tensor) => Run): Run => {
    const run = bind(weight);
    let copied: { readonly of: Tensor; readonly run: Run } | undefined;
    return () => {
      const settled = updates.settled();
      if (settled === updates.weight) return run();
      if (copied?.of !== settled) copied = { of: settled, run: bind(viewOf(settled, weight)) };
      copied.run();
    };
  };

  /** A kernel that writes the weight, or its gradient in full: what waits is applied first. */
  const settleFirst =
    <A extends readonly number[]>(updates: DeferredUpdates, run: (...given: A) => void) =>
    (...given: A): void => {
      updates.settleForGood();
      run(...given);
    };

  return {
    ...kernels,

    defer(weight) {
      if (weight.size < minWeightSize) return undefined;
      const updates = new DeferredUpdates(kernels, weight, blockSize, minDensity);
      deferred.set(weight.data, updates);
      return updates;
    },

    affine(input, weight, bias, output) {
      const updates = of(weight);
      if (updates === undefined) return kernels.affine(input, weight, bias, output);
      if (input.shape[0] === 1) return deferredAffine(updates, input, bias, output);
      return onCopy(updates, weight, (settled) => kernels.affine(input, settled, bias, output));
    },

    matmul(a, b, sink, factor) {
      const updates = of(b);
      if (updates === undefined) return kernels.matmul(a, b, sink, factor);
      if (a.shape[0] === 1 && factor === undefined && isTransposed(b, updates.weight))
        return deferredTimesTransposed(updates, a, sink);
      return onCopy(updates, b, (settled) => kernels.matmul(a, settled, sink, factor));
    },

    penalty(value, penalty) {
      const updates = of(value);
      if (updates === undefined) return kernels.penalty(value, penalty);
      return () => kernels.penalty(updates.settled(), penalty)();
    },

    writeGradient(value, gradient, penalty, sink, factor) {
      const write = kernels.writeGradient(value, gradient, penalty, sink, factor);
      const updates = of(value);
      return updates === undefined ? write : settleFirst(updates, write);
    },

    learnScales(value, ...others) {
      const run = kernels.learnScales(value, ...others);
      const updates = of(value);
      return updates === undefined ? run : settleFirst(updates, run);
    },

    normalizedStep(value, ...others) {
      const run = kernels.normalizedStep(value, ...others);
      const updates = of(value);
      return updates === undefined ? run : settleFirst(updates, run);
    },

    sgd(value, gradient, penalty, shrinkage) {
      const apply = kernels.sgd(value, gradient, penalty, shrinkage);
      const updates = of(value);
      if (updates === undefined) return apply;
      const pair = onlyExample(gradient);
      if (pair === undefined || penalty.l1 !== 0) return settleFirst(updates, apply);
      const append = updates.append(pair.input, pair.dOutput);
      const input = elements(pair.input);
      const { l2 } = penalty;
      let rate = 0;
      let update = sgdUpdate(rate, l2);
      return (learningRate, count) => {
        if (!updates.shouldDefer(input, undefined)) return apply(learningRate, count);
        if (learningRate !== rate) {
          rate = learningRate;
          update = sgdUpdate(rate, l2);
        }
        const kept = shrinkage?.get(0) ?? 0;
        if (kept === 0) return append(update);
        shrinkage?.set(0, 0);
        append({ ...update, value: update.value * (1 - kept) });
      };
    },

    update(rule, value, gradient, penalty, state, options) {
      const apply = kernels.update(rule, value, gradient, penalty, state, options);
      const updates = of(value);
      if (updates === undefined) return apply;
      const pair = onlyExample(gradient);
      const linear = typeof rule === 'string' && penalty.l1 === 0 ? withMomentum[rule] : undefined;
      if (pair !== undefined && linear !== undefined) {
        const append = updates.append(pair.input, pair.dOutput, state.velocity);
        const { momentum } = numbersOf(rule as string, rules[rule as RuleName].options, options ?? {});
        return (learningRate) => append(linear(learningRate, penalty.l2, momentum as number));
      }
      return settleFirst(updates, apply);
    },
  };
}

function expectNumber(name: string, value: number, expected: string, fits: boolean, as: string): void {
  if (fits) return;
  throw new OptionError(`deferring ${name}: expected ${expected}, got ${value}; give one, as ${as}`);
}

/** The factors of one example's gradient, where it is that. */
function onlyExample(gradient: Gradient): { readonly input: Tensor; readonly dOutput: Tensor } | undefined {
  if (gradient.form !== 'factored' || gradient.pairs.length !== 1) return undefined;
  const [pair] = gradient.pairs;
  return pair?.input.shape[0] === 1 ? pair : undefined;
}

function isTransposed({ shape, stride }: Tensor, weight: Tensor): boolean {
  return shape[0] !== weight.shape[0] || (stride[0] === 1 && stride[1] !== 1);
}

/** The same view of a copy. */
function viewOf(copy: Tensor, view: Tensor): Tensor {
  return isTransposed(view, copy) ? copy.transpose(1, 0) : copy;
}
