import type { Numbers } from '../numberOption.js';
import type { BoundRule } from '../rules/bindRule.js';
import type { UpdateRule } from '../rules/updateRule.js';
import type { Machine } from './machine.js';

/** What a rule's updates have in common, in memory that its kernel reads. */
interface RuleConstants {
  readonly address: number;
  /** Works them out for the update to come. */
  renew(learningRate: number, updates: number): Numbers;
}

const NO_OPTIONS: Numbers = {};
const made = new WeakMap<Machine, WeakMap<Numbers, Map<UpdateRule, RuleConstants>>>();

/** The constants of a rule, which all parameters that are updated under the same options share: a step finds them once. */
export function ruleConstants(
  machine: Machine,
  bound: BoundRule,
  options: Numbers = NO_OPTIONS,
): RuleConstants {
  const { rule } = bound;
  const ofMachine = made.get(machine) ?? new WeakMap<Numbers, Map<UpdateRule, RuleConstants>>();
  made.set(machine, ofMachine);
  const ofOptions = ofMachine.get(options) ?? new Map<UpdateRule, RuleConstants>();
  ofMachine.set(options, ofOptions);
  const constants = ofOptions.get(rule) ?? newConstants(machine, bound);
  ofOptions.set(rule, constants);
  return constants;
}

function newConstants({ arena }: Machine, bound: BoundRule): RuleConstants {
  const names = bound.constantNames;
  const { data } = arena.tensor([names.length]);
  let [rate, count] = [Number.NaN, Number.NaN];
  let numbers: Numbers = {};
  return {
    address: data.byteOffset,
    renew(learningRate, updates) {
      if (learningRate === rate && updates === count) return numbers;
      rate = learningRate;
      count = updates;
      numbers = bound.constants(learningRate, updates);
      for (let i = 0; i < names.length; i++) data[i] = numbers[names[i] as string] as number;
      return numbers;
    },
  };
}
