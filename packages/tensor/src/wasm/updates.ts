import type { FactorPair, Gradient, Penalty, RowsGradient } from '../gradient.js';
import type { Run } from '../kernels/run.js';
import type { UpdateKernels } from '../kernels/updates.js';
import * as reference from '../reference/updates.js';
import { bindRule } from '../rules/bindRule.js';
import { TouchedRows } from '../rules/touchedRows.js';
import { type Tensor, tensor } from '../tensor.js';
import { contiguous, FLOAT, matrix, rows, transpose } from './layout.js';
import type { Machine } from './machine.js';
import { matrixTimesMatrix } from './products.js';
import { ruleConstants } from './ruleConstants.js';
import { sgdByTwo } from './twoThreads.js';

/** The penalty, and the updates of a parameter by its gradient in whichever form it has. */
export function updateKernels(machine: Machine): UpdateKernels {
  const { exports } = machine;
  const kernels: UpdateKernels = {
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

    update(wanted, value, gradient, penalty, state, options) {
      const bound = bindRule(wanted, value, state, options);
      const { rule, name } = bound;
      const touches = gradient.form === 'rows' && rule.touchesRows === true;
      if (name === undefined) {
        if (touches || gradient.form === 'dense')
          return reference.update(rule, value, gradient, penalty, state, options);
        const dense = gradientCell(machine, value);
        const write = kernels.writeGradient(value, gradient, { l1: 0, l2: 0 }, { tensor: dense, beta: 0 });
        const run = reference.update(rule, value, { form: 'dense', tensor: dense }, penalty, state, options);
        return (learningRate, updates) => {
          write();
          run(learningRate, updates);
        };
      }
      const { arena } = machine;
      const { size } = value;
      const { l1, l2 } = penalty;
      const kernel = exports[name];
      const weights = contiguous(`${name} value`, value);
      const kept = bound.states.map((tensor, i) => contiguous(`${name} ${rule.states[i]}`, tensor));
      const direction = rule.length === undefined ? undefined : machine.directionScratch(size * FLOAT);
      const states = arena.labels(kept.length + 1);
      states.data.set([...kept, direction ?? 0]);
      const at = states.data.byteOffset;
      const constants = ruleConstants(machine, bound, options);
      const from = constants.address;
      if (touches) {
        const { rows: touch, sums, width, touched } = touchedRows(machine, value, gradient);
        return (learningRate, updates) => {
          constants.renew(learningRate, updates);
          touch();
          for (let k = 0; k < touched.count; k++) {
            const offset = (touched.rows[k] as number) * width;
            kernel(1, width / FLOAT, weights, machine.one, sums + k * width, at, offset, from, l1, l2);
          }
        };
      }
      const { write, rows, columns, x, d } = written(machine, value, gradient);
      if (rule.length === undefined || direction === undefined) {
        return (learningRate, updates) => {
          constants.renew(learningRate, updates);
          write?.();
          kernel(rows, columns, weights, x, d, at, 0, from, l1, l2);
        };
      }
      const length = rule.length.bind(rule);
      return (learningRate, updates) => {
        const numbers = constants.renew(learningRate, updates);
        write?.();
        kernel(rows, columns, weights, x, d, at, 0, from, l1, l2);
        const valueNorm = Math.sqrt(exports.sumSquares(size, weights));
        const directionNorm = Math.sqrt(exports.sumSquares(size, direction));
        exports.copy(size, direction, weights, -length(valueNorm, directionNorm, numbers), 1);
      };
    },
  };
  return kernels;
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

/** Room for a parameter's gradient, written out. */
function gradientCell({ arena, gradientScratch }: Machine, { size, shape }: Tensor): Tensor {
  const address = gradientScratch(size * FLOAT);
  return tensor(new Float32Array(arena.memory.buffer, address, size), shape);
}

/** The rows of a parameter that a gradient touches, and a kernel that adds up what each of them gets. */
function touchedRows(
  { arena, exports, gradientScratch }: Machine,
  value: Tensor,
  { indices, rows: numbers }: RowsGradient,
): { touched: TouchedRows; width: number; sums: number; rows: Run } {
  const places = arena.labels(indices.size).data;
  const touched = new TouchedRows(indices, value, places);
  const { rows: count, columns, address, row } = rows('gradient rows', numbers);
  const sums = gradientScratch(count * columns * FLOAT);
  return {
    touched,
    width: columns * FLOAT,
    sums,
    rows() {
      touched.find();
      exports.begin(1, touched.count * columns, sums, 0, 0);
      exports.addRowsAt(count, columns, places.byteOffset, address, row, sums, 1);
    },
  };
}
