import type { FactorPair, Gradient, Penalty } from '../gradient.js';
import type { Kernels, Run } from '../kernels.js';
import type { Tensor } from '../tensor.js';
import { sgdByTwo } from './byTwo.js';
import { contiguous, FLOAT, matrix, rows, transpose } from './layout.js';
import type { Machine } from './machine.js';
import { matrixTimesMatrix } from './products.js';

/** The penalty, and the updates of a parameter by its gradient in whichever form it has. */
export function updateKernels(
  machine: Machine,
): Pick<Kernels, 'penalty' | 'writeGradient' | 'sgd' | 'sgdMomentum' | 'adam'> {
  const { exports } = machine;
  return {
    penalty(value, { l1, l2 }) {
      const at = contiguous('penalty value', value);
      const { size } = value;
      return () =>
        (l1 === 0 ? 0 : l1 * exports.sumMagnitudes(size, at)) +
        (l2 === 0 ? 0 : l2 * exports.sumSquares(size, at));
    },

    writeGradient(value, gradient, { l1, l2 }, { tensor, beta }, factor = 1) {
      const weights = contiguous('writeGradient value', value);
      const sink = contiguous('writeGradient sink', tensor);
      const outer = outerProduct(machine, value, gradient);
      if (outer !== undefined) {
        const { rows, columns, x, d } = outer;
        return () => exports.writeGradient(rows, columns, weights, x, d, sink, factor, l1, l2, beta);
      }
      const { size } = value;
      const write = adder(machine, value, gradient, sink, beta === 1);
      if (l1 === 0 && l2 === 0) return () => write(factor);
      return () => {
        write(factor);
        exports.writeGradient(1, size, weights, machine.one, weights, sink, 0, l1, l2, 1);
      };
    },

    sgd(value, gradient, penalty, shrinkage) {
      const weights = contiguous('sgd value', value);
      if (value.size === 0) return () => {};
      const decay = decayOf(machine, value, penalty, shrinkage);
      const outer = outerProduct(machine, value, gradient);
      if (outer === undefined) {
        const add = adder(machine, value, gradient, weights, true);
        return (learningRate) => {
          decay?.(learningRate);
          add(-learningRate);
        };
      }
      const { rows, columns, x, d } = outer;
      const list = machine.scratch(exports.listScratch(rows));
      const subtract =
        sgdByTwo(machine, rows, columns, weights, x, d) ??
        ((learningRate) => exports.sgd(rows, columns, weights, x, d, learningRate, 0, list));
      return (learningRate) => {
        decay?.(learningRate);
        subtract(learningRate);
      };
    },

    sgdMomentum(value, gradient, { l1, l2 }, velocity, { momentum, nesterov }) {
      const weights = contiguous('sgdMomentum value', value);
      const velocities = contiguous('sgdMomentum velocity', velocity);
      const ahead = nesterov ? 1 : 0;
      const { write, rows, columns, x, d } = written(machine, value, gradient);
      return (rate) => {
        write?.();
        exports.sgdMomentum(rows, columns, weights, x, d, velocities, rate, momentum, ahead, l1, l2);
      };
    },

    adam(value, gradient, { l1, l2 }, moment1, moment2, { beta1, beta2, epsilon }) {
      const weights = contiguous('adam value', value);
      const first = contiguous('adam moment1', moment1);
      const second = contiguous('adam moment2', moment2);
      const { write, rows, columns, x, d } = written(machine, value, gradient);
      return (learningRate, step) => {
        write?.();
        exports.adam(
          rows,
          columns,
          weights,
          x,
          d,
          first,
          second,
          learningRate / (1 - power(beta1, step)),
          1 / Math.sqrt(1 - power(beta2, step)),
          epsilon,
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          l1,
          l2,
        );
      };
    },
  };
}

/**
 * How much of a weight l2 may owe before it is taken off. In float32 that rounds no worse than a pass at each update:
 * one step's share is often less than a weight can tell from rounding.
 */
const MOST_SHRINKAGE = 2 ** -16;

/**
 * value ← value − α·∇Ω(value); what l2 alone takes off is kept in `shrinkage`, where there is one, until it counts, or an
 * update under another penalty comes.
 */
function decayOf(
  { exports }: Machine,
  value: Tensor,
  { l1, l2 }: Penalty,
  shrinkage: Tensor | undefined,
): ((learningRate: number) => void) | undefined {
  const isPenalised = l1 !== 0 || l2 !== 0;
  if (!isPenalised && shrinkage === undefined) return undefined;
  const weights = contiguous('sgd value', value);
  const { size } = value;
  if (shrinkage === undefined) {
    return l1 === 0
      ? (learningRate) => exports.shrink(size, weights, 2 * l2 * learningRate)
      : (learningRate) => exports.decay(size, weights, learningRate, l1, l2);
  }
  if (l1 === 0 && isPenalised) {
    return (learningRate) => {
      const kept = shrinkage.get(0);
      const grown = kept + 2 * l2 * learningRate * (1 - kept);
      const isDue = grown >= MOST_SHRINKAGE;
      shrinkage.set(0, isDue ? 0 : grown);
      if (isDue) exports.shrink(size, weights, grown);
    };
  }
  return (learningRate) => {
    const kept = shrinkage.get(0);
    if (kept !== 0) {
      shrinkage.set(0, 0);
      exports.shrink(size, weights, kept);
    }
    if (isPenalised) exports.decay(size, weights, learningRate, l1, l2);
  };
}

/**
 * baseⁿ for a whole n from 0, by squaring. `**` is not the same to the last bit in every version of V8; multiplication
 * is.
 */
function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** A gradient as x·dᵀ: addresses of `rows` numbers and of `columns`. */
interface OuterProduct {
  readonly rows: number;
  readonly columns: number;
  readonly x: number;
  readonly d: number;
}

/** The gradient as an outer product, where it is one: the factors of one example, or one row whose x is 1. */
function outerProduct(machine: Machine, value: Tensor, gradient: Gradient): OuterProduct | undefined {
  if (gradient.form === 'dense') {
    const d = contiguous('gradient', gradient.tensor);
    return { rows: 1, columns: value.size, x: machine.one, d };
  }
  if (gradient.form === 'rows' || gradient.pairs.length !== 1) return undefined;
  const [pair] = gradient.pairs as readonly [FactorPair];
  const x = matrix('gradient input', pair.input);
  const d = matrix('gradient dOutput', pair.dOutput);
  if (x.rows !== 1 || x.column !== FLOAT || d.column !== FLOAT) return undefined;
  return { rows: x.columns, columns: d.columns, x: x.address, d: d.address };
}

/** The gradient as an outer product, which `write`, if there is one, has to put there first. */
function written(
  machine: Machine,
  value: Tensor,
  gradient: Gradient,
): OuterProduct & { readonly write?: Run } {
  const outer = outerProduct(machine, value, gradient);
  if (outer !== undefined) return outer;
  const d = machine.gradientScratch(value.size * FLOAT);
  const write = adder(machine, value, gradient, d, false);
  return { rows: 1, columns: value.size, x: machine.one, d, write: () => write(1) };
}

/** sink ← factor·gradient (+ sink) for a gradient that is not an outer product; the factor is given at each call. */
function adder(
  machine: Machine,
  value: Tensor,
  gradient: Gradient,
  sink: number,
  add: boolean,
): (factor: number) => void {
  if (gradient.form === 'dense') throw new TypeError('a dense gradient is an outer product');
  const { exports } = machine;
  const { size } = value;
  if (gradient.form === 'rows') {
    const { indices, rows: numbers } = gradient;
    const places = contiguous('gradient indices', indices);
    const { rows: count, columns: width, address, row } = rows('gradient rows', numbers);
    return (factor) => {
      if (!add) exports.begin(1, size, sink, 0, 0);
      exports.addRowsAt(count, width, places, address, row, sink, factor);
    };
  }
  const [first, ...others] = gradient.pairs.map((pair, i) => timesFactors(machine, pair, sink, add || i > 0));
  if (first === undefined) return add ? () => {} : () => exports.begin(1, size, sink, 0, 0);
  if (others.length === 0) return first;
  return (factor) => {
    first(factor);
    for (const times of others) times(factor);
  };
}

/** sink ← factor·inputᵀ·dOutput (+ sink) for a minibatch; the factor is given at each call. */
function timesFactors(
  machine: Machine,
  { input, dOutput }: FactorPair,
  sink: number,
  add: boolean,
): (factor: number) => void {
  const x = transpose(matrix('gradient input', input));
  const d = matrix('gradient dOutput', dOutput);
  const c = { address: sink, rows: x.rows, columns: d.columns, row: d.columns * FLOAT, column: FLOAT };
  return matrixTimesMatrix(machine, x, d, c, add ? sink : 0);
}
