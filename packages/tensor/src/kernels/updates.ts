import type { Gradient, Penalty } from '../gradient.js';
import type { Numbers } from '../numberOption.js';
import type { RuleName } from '../rules/named.js';
import type { UpdateRule } from '../rules/updateRule.js';
import type { Tensor } from '../tensor.js';
import type { Measure, Run, Sink, UpdateRun } from './run.js';

/** What penalises a parameter, and what changes it. */
export interface UpdateKernels {
  /** Ω(value). */
  penalty(value: Tensor, penalty: Penalty): Measure;
  /** sink ← factor·gradient + ∇Ω(value): the gradient written out. */
  writeGradient(value: Tensor, gradient: Gradient, penalty: Penalty, sink: Sink, factor?: number): Run;

  /**
   * value ← value − α·(gradient + ∇Ω(value)), the gradient in whichever form it has.
   *
   * @param shrinkage a cell of one number, 0 at first, where what l2 takes off every weight may be kept until it is
   *   worth a pass over all of them: 2⁻¹⁶ of a weight. Without it, each update applies its own.
   */
  sgd(value: Tensor, gradient: Gradient, penalty: Penalty, shrinkage?: Tensor): UpdateRun;

  /**
   * An update by a rule, on gradient + ∇Ω(value). A rule of the table is named; another is given itself, and runs as a
   * plain loop. A gradient that is not dense is written out first, except one example's pair of factors, and rows where
   * the rule touches no others.
   *
   * @param state tensors of the value's shape that the rule keeps, by name
   * @param options numbers of the rule; those left out are its own
   * @throws {OptionError} on an option that it does not have, or does not accept, or that is too small for float32; and on
   *   a rule that reads a name which there is not.
   */
  update(
    rule: RuleName | UpdateRule,
    value: Tensor,
    gradient: Gradient,
    penalty: Penalty,
    state: Readonly<Record<string, Tensor>>,
    options?: Numbers,
  ): UpdateRun;
}
