import { OptionError } from '../errors.js';
import { find } from '../find.js';
import { type Numbers, numbersOf } from '../numberOption.js';
import type { Tensor } from '../tensor.js';
import { type RuleName, rules } from './named.js';
import type { UpdateRule } from './updateRule.js';

/** A rule with its options, and what it keeps of one parameter. */
export interface BoundRule {
  readonly rule: UpdateRule;
  /** Where it is one of the table's. */
  readonly name: RuleName | undefined;
  /** Tensors of what is kept for each weight, in the rule's order. */
  readonly states: readonly Tensor[];
  /** Names of the constants that the rule's update reads, in that order. */
  readonly constantNames: readonly string[];
  constants(learningRate: number, updates: number): Numbers;
}

/**
 * A rule, by name or itself, for one parameter.
 *
 * @throws {OptionError} when there is no such rule, an option is not accepted, a tensor is missing, or the rule's update
 *   reads a name that there is not.
 */
export function bindRule(
  wanted: RuleName | UpdateRule,
  value: Tensor,
  state: Readonly<Record<string, Tensor>>,
  given: Numbers = {},
): BoundRule {
  const { name, found: rule } = find('update rule', rules, wanted);
  const where = name ?? 'update rule';
  const dtype = value.data instanceof Float32Array ? 'float32' : 'float64';
  const options = numbersOf(where, rule.options, given, dtype);
  const cell = (short: string): Tensor => {
    const kept = state[short];
    if (kept === undefined) {
      throw new OptionError(`${where} state: expected a tensor '${short}', got none; give one of zeros`);
    }
    return kept;
  };
  return {
    rule,
    name,
    states: rule.states.map(cell),
    constantNames: namesRead(where, rule, rule.constants(options, 1, 1)),
    constants: (learningRate, updates) => rule.constants(options, learningRate, updates),
  };
}

/** Runs a rule's update once, to see what it reads: a name that there is not would be NaN in every weight. */
function namesRead(where: string, rule: UpdateRule, constants: Numbers): readonly string[] {
  const read: string[] = [];
  const watch = (numbers: Record<string, number>, seen: (name: string) => void): Record<string, number> =>
    new Proxy(numbers, {
      get(target, name) {
        if (typeof name !== 'string' || !(name in target)) {
          throw new OptionError(
            `${where} update: expected to read ${Object.keys(target).join(', ')}, got '${String(name)}'; correct the name, or declare it`,
          );
        }
        seen(name);
        return target[name];
      },
    });
  const weight = Object.fromEntries(['value', 'gradient', ...rule.states].map((name) => [name, 0]));
  rule.update(
    watch(weight, () => {}),
    watch({ ...constants }, (name) => read.push(name)),
  );
  return read;
}
