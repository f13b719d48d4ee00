import type { Lease } from '@fluxion/data';
import { type FlowGraph, noPenalty, type ParameterGradient } from '@fluxion/graph';
import { type Run, StateError } from '@fluxion/tensor';
import { GradientCells } from './gradientCells.js';

/**
 * The mean, over all their examples, of the gradients of several passes of one model, written out. The regularizer stays
 * beside it. One mean belongs to one model and is used again and again.
 */
export class GradientMean {
  readonly #cells: GradientCells;
  readonly #terms = new WeakMap<readonly ParameterGradient[], Term>();
  #first: Term | undefined;
  /** The cells hold the sum over all examples so far, divided by the size of the last pass. */
  #lastSize = 0;
  #size = 0;

  constructor(model: FlowGraph) {
    this.#cells = new GradientCells(model);
  }

  get model(): FlowGraph {
    return this.#cells.model;
  }

  /** Begins again with the gradients of a pass over so many examples. */
  begin(gradients: readonly ParameterGradient[], size: number): Lease {
    const lease = this.#cells.lend();
    this.#first = this.#term(gradients);
    for (const run of this.#first.set) run();
    this.#lastSize = size;
    this.#size = size;
    return lease;
  }

  /**
   * Takes another pass in.
   *
   * @throws {StateError} when it has gradients of other parameters than the pass at the beginning.
   */
  add(gradients: readonly ParameterGradient[], size: number): void {
    const term = this.#term(gradients);
    if (term !== this.#first) expectSameParameters(term.mean, this.#first?.mean ?? []);
    this.#scale(this.#lastSize / size);
    for (const run of term.add) run();
    this.#lastSize = size;
    this.#size += size;
  }

  /** The mean, as gradients that stand on their own. */
  end(): readonly ParameterGradient[] {
    if (this.#lastSize !== this.#size) this.#scale(this.#lastSize / this.#size);
    return this.#first?.mean ?? [];
  }

  #scale(factor: number): void {
    if (factor !== 1) for (const scale of this.#first?.scales ?? []) scale(factor);
  }

  #term(gradients: readonly ParameterGradient[]): Term {
    let term = this.#terms.get(gradients);
    if (term === undefined) {
      term = this.#bind(gradients);
      this.#terms.set(gradients, term);
    }
    return term;
  }

  #bind(gradients: readonly ParameterGradient[]): Term {
    const { kernels } = this.model;
    const write = (beta: 0 | 1): readonly Run[] =>
      gradients.map(({ parameter, gradient }) =>
        kernels.writeGradient(parameter.value, gradient, noPenalty, {
          tensor: this.#cells.of(parameter),
          beta,
        }),
      );
    return {
      set: write(0),
      add: write(1),
      scales: gradients.map(({ parameter }) => kernels.scale(this.#cells.of(parameter))),
      mean: gradients.map(({ parameter, penalty }) => ({
        parameter,
        gradient: { form: 'dense', tensor: this.#cells.of(parameter) },
        penalty,
      })),
    };
  }
}

function expectSameParameters(
  gradients: readonly ParameterGradient[],
  first: readonly ParameterGradient[],
): void {
  const isSame =
    gradients.length === first.length &&
    gradients.every(({ parameter }, i) => parameter === first[i]?.parameter);
  if (isSame) return;
  const names = (all: readonly ParameterGradient[]): string =>
    all.map(({ parameter }) => parameter.name).join(', ');
  throw new StateError(
    `accumulate: expected gradients of ${names(first)}, as the first pass has, got those of ${names(gradients)}; take passes together that have the same losses, and freeze nothing between them`,
  );
}

/** What is bound for the gradients that a pass leaves. */
interface Term {
  readonly set: readonly Run[];
  readonly add: readonly Run[];
  readonly scales: readonly ((factor: number) => void)[];
  readonly mean: readonly ParameterGradient[];
}
