import type { Parameter } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import type { Optimizer } from './optimizer.js';

/** Parameters that are updated by an optimizer of their own. */
export interface ParameterGroup {
  /**
   * Which: names of boxes (`encoder`, and with it what it stands for, `encoder.attention`), kinds of boxes (`embedding`), or short
   * names of parameters (`bias`).
   */
  readonly of: readonly string[];
  readonly optimizer: Optimizer;
}

/**
 * An optimizer for each group of parameters, with a learning rate and options of its own; all others go to the first one. A parameter
 * belongs to the first group that names it. Weight decay leaves biases, gains and slopes alone without any group.
 *
 * @param rest what updates the parameters that no group names
 * @throws {OptionError} when something given is not an optimizer, a group names nothing, or, at the first update of a model, a name
 *   matches none of its parameters.
 * @example
 * const optimizer = parameterGroups(adamW({ learningRate: 1e-3 }), [
 *   { of: ['embedding'], optimizer: adagrad({ learningRate: 0.1 }) },
 *   { of: ['encoder'], optimizer: adamW({ learningRate: 1e-5 }) },
 * ]);
 */
export function parameterGroups(rest: Optimizer, groups: readonly ParameterGroup[]): Optimizer {
  if (!Array.isArray(groups as unknown)) {
    throw new OptionError(
      "parameterGroups groups: expected a list, got none; give one, as [{ of: ['embedding'], optimizer: adagrad() }]",
    );
  }
  for (const optimizer of [rest, ...groups.map((group) => group?.optimizer)]) {
    if (typeof optimizer?.bind !== 'function') {
      throw new OptionError(
        `parameterGroups: expected optimizers, got ${typeof optimizer}; give them, as adamW({ learningRate: 1e-3 })`,
      );
    }
    if (optimizer.of !== undefined) {
      throw new OptionError(
        'parameterGroups: expected optimizers of one rule, got groups within groups; put all groups in one list',
      );
    }
  }
  groups.forEach(({ of }, i) => {
    if (!Array.isArray(of) || of.length === 0) {
      throw new OptionError(
        `parameterGroups group ${i + 1} of: expected names, got none; give some, as ['embedding']`,
      );
    }
  });
  const of = (parameter: Parameter): Optimizer =>
    groups.find((group) => group.of.some((name) => isOf(name, parameter)))?.optimizer ?? rest;
  return {
    kind: 'parameterGroups',
    options: {
      rest: describe(rest),
      groups: groups.map(({ of, optimizer }) => ({ of: [...of], ...describe(optimizer) })),
    },
    learningRate: rest.learningRate,
    of,
    expectParameters(parameters) {
      for (const name of groups.flatMap((group) => group.of)) {
        if (parameters.some((parameter) => isOf(name, parameter))) continue;
        throw new OptionError(
          `parameterGroups of: expected a box, a kind of box or a parameter of ${parameters.map(({ name }) => name).join(', ')}, got '${name}'; correct the name`,
        );
      }
    },
    stateShapes: (parameter) => of(parameter).stateShapes(parameter),
    bind: (kernels, gradient, state) => of(gradient.parameter).bind(kernels, gradient, state),
  };
}

function isOf(name: string, { name: full, kind }: Parameter): boolean {
  return kind === name || full === name || full.startsWith(`${name}.`) || full.endsWith(`.${name}`);
}

function describe({ kind, options }: Optimizer): { kind: string; options: Optimizer['options'] } {
  return { kind, options };
}
