import { describe, expect, it } from 'vitest';
import { dense, NONE } from '../../test/gradients.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, nested, rows } from '../../test/nested.js';
import { OptionError } from '../errors.js';
import type { Gradient } from '../gradient.js';
import { nonnegative } from '../numberOption.js';
import { type RuleName, rules } from './named.js';
import type { UpdateRule } from './updateRule.js';

const names = Object.keys(rules) as RuleName[];

/** θ ← θ − α·sign(g), and how often each sign came. */
const signRule: UpdateRule = {
  options: { scale: nonnegative(1) },
  states: ['balance'],
  constants: ({ scale }, rate, updates) => ({ step: scale * rate, updates }),
  update(weight, { step, updates }) {
    const sign = weight.gradient > 0 ? 1 : weight.gradient < 0 ? -1 : 0;
    weight.balance += sign * updates;
    weight.value -= step * sign;
  },
};

describe.each(kernelsUnderTest)('update by a rule, $name in $dtype', (under) => {
  const { kernels, cell, labels } = workbench(under);
  const stateOf = (name: RuleName, fill: number) =>
    Object.fromEntries(
      rules[name].states.map((state) => [state, cell(rows([fill, fill], [fill, fill], [fill, fill]))]),
    );

  const touching = names.filter((name) => rules[name].touchesRows === true);

  it.each(touching)(
    '%s updates the rows of a gradient as if it were dense, each once, and no others',
    (name) => {
      const gradient: Gradient = {
        form: 'rows',
        indices: labels([2, -1, 0, 2]),
        rows: cell(rows([1, 2], [9, 9], [3, -4], [5, 6])),
      };
      const [value, written] = [rows([1, 2], [3, 4], [5, 6]), rows([3, -4], [7, 7], [6, 8])];
      const [byRows, byAll] = [cell(value), cell(value)];
      const [state, stateOfAll] = [stateOf(name, 0.5), stateOf(name, 0.5)];
      const penalty = { l1: 0.25, l2: 0.5 };
      const run = kernels.update(name, byRows, gradient, penalty, state);
      const runAll = kernels.update(name, byAll, dense(cell(written)), penalty, stateOfAll);
      for (let updates = 1; updates <= 3; updates++) {
        run(0.1, updates);
        runAll(0.1, updates);
      }
      for (const [actual, expected] of [
        [byRows, byAll],
        ...Object.keys(state).map((short) => [state[short], stateOfAll[short]]),
      ]) {
        expectNear(actual.pick(0, null), nested(expected.pick(0, null)), 4 * under.tolerance);
        expectNear(actual.pick(2, null), nested(expected.pick(2, null)), 4 * under.tolerance);
      }
      expect(nested(byRows.pick(1, null))).toEqual([3, 4]);
      for (const kept of Object.values(state)) expect(nested(kept.pick(1, null))).toEqual([0.5, 0.5]);
    },
  );

  it.each(['adagrad', 'ftrl'] as const)('%s changes nothing where the gradient is 0', (name) => {
    const value = rows([1, -2], [0, 4], [5, 6]);
    const weights = cell(value);
    const zeros = cell(rows([0, 0], [0, 0], [0, 0]));
    kernels.update(name, weights, dense(zeros), NONE, stateOf(name, 0))(0.1, 1);
    expect(nested(weights)).toEqual(value);
  });

  it("takes a rule of one's own, with its options, and a gradient of any form", () => {
    const value = cell(rows([1, 1], [1, 1]));
    const balance = cell(rows([0, 0], [0, 0]));
    const pairs = [{ input: cell([[1, -1]]), dOutput: cell([[2, 0]]) }];
    const run = kernels.update(signRule, value, { form: 'factored', pairs }, NONE, { balance }, { scale: 2 });
    run(0.25, 1);
    run(0.25, 2);
    expect(nested(value)).toEqual(rows([0, 1], [2, 1]));
    expect(nested(balance)).toEqual(rows([3, 0], [-3, 0]));
  });

  it('refuses a rule that reads a name that there is not', () => {
    const mistaken: UpdateRule = {
      ...signRule,
      update(weight, { stepp }) {
        weight.value -= stepp;
      },
    };
    const bind = () => kernels.update(mistaken, cell([1]), dense(cell([1])), NONE, { balance: cell([0]) });
    expect(bind).toThrow(
      new OptionError(
        "update rule update: expected to read step, updates, got 'stepp'; correct the name, or declare it",
      ),
    );
  });

  it('refuses an option that is none, a state that is missing, and a rule that is unknown', () => {
    const [value, gradient] = [cell([1]), dense(cell([1]))];
    const state = { moment1: cell([0]), moment2: cell([0]) };
    expect(() => kernels.update('adam', value, gradient, NONE, state, { beta3: 0.5 })).toThrow(OptionError);
    expect(() => kernels.update('adam', value, gradient, NONE, { moment1: cell([0]) })).toThrow(
      new OptionError("adam state: expected a tensor 'moment2', got none; give one of zeros"),
    );
    // @ts-expect-error: no such rule
    expect(() => kernels.update('adamm', value, gradient, NONE, state)).toThrow(OptionError);
  });

  it('refuses an ε in float32 that squares of float32 could not be told from', () => {
    const bind = () =>
      kernels.update(
        'adam',
        cell([1]),
        dense(cell([1])),
        NONE,
        { moment1: cell([0]), moment2: cell([0]) },
        { epsilon: 1e-30 },
      );
    if (under.dtype === 'float64') expect(bind).not.toThrow();
    else {
      expect(bind).toThrow(
        new OptionError(
          'adam epsilon: expected at least 5.6e-17 in float32, got 1e-30; give a larger one, as 1e-8',
        ),
      );
    }
  });

  it.each(names)(
    '%s moves no weight by more than its rule would where squares are lost in float32',
    (name) => {
      const value = cell([0, 0]);
      const state = Object.fromEntries(rules[name].states.map((short) => [short, cell([0, 0])]));
      kernels.update(name, value, dense(cell([1e-20, -1e-25])), NONE, state)(0.001, 1);
      for (const moved of [value.get(0), value.get(1)]) expect(Math.abs(moved)).toBeLessThanOrEqual(0.0101);
    },
  );
});
