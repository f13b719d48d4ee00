import type { FlowGraph, Parameter, ParameterGradient } from '@fluxion/graph';
import type { Penalty, Run, Tensor } from '@fluxion/tensor';

const NONE: Penalty = { l1: 0, l2: 0 };

/**
 * A weighted sum of gradients, written out: for operators that need every number of a gradient, or keep it longer than
 * its pass. One sum belongs to one model and is used again and again.
 */
export class GradientSum {
  readonly #model: FlowGraph;
  readonly #regularizer: 'apart' | 'added';
  readonly #tensors = new Map<Parameter, Tensor>();
  readonly #bound = new WeakMap<readonly ParameterGradient[], Map<string, readonly Run[]>>();
  #sum: readonly ParameterGradient[] = [];
  #scales: readonly ((factor: number) => void)[] = [];

  /** @param regularizer whether ∇Ω is added to what is written, or left for the update to add */
  constructor(model: FlowGraph, regularizer: 'apart' | 'added') {
    this.#model = model;
    this.#regularizer = regularizer;
  }

  /** The sum, as gradients that stand on their own; the array is the same as long as the same parameters learn. */
  get gradients(): readonly ParameterGradient[] {
    return this.#sum;
  }

  /** sum ← weight·gradients. */
  set(gradients: readonly ParameterGradient[], weight = 1): void {
    if (
      this.#sum.length !== gradients.length ||
      this.#sum.some(
        ({ parameter, penalty }, i) =>
          parameter !== gradients[i]?.parameter ||
          (this.#regularizer === 'apart' && penalty !== gradients[i]?.penalty),
      )
    ) {
      this.#begin(gradients);
    }
    for (const run of this.#runs(gradients, weight, 0)) run();
  }

  /** sum ← sum + weight·gradients. */
  add(gradients: readonly ParameterGradient[], weight = 1): void {
    for (const run of this.#runs(gradients, weight, 1)) run();
  }

  /** sum ← factor·sum. */
  scale(factor: number): void {
    for (const scale of this.#scales) scale(factor);
  }

  #begin(gradients: readonly ParameterGradient[]): void {
    const { kernels } = this.#model;
    this.#sum = gradients.map(({ parameter, penalty }) => ({
      parameter,
      gradient: { form: 'dense', tensor: this.#tensor(parameter) },
      penalty: this.#regularizer === 'added' ? NONE : penalty,
    }));
    this.#scales = gradients.map(({ parameter }) => kernels.scale(this.#tensor(parameter)));
  }

  #runs(gradients: readonly ParameterGradient[], weight: number, beta: 0 | 1): readonly Run[] {
    let bound = this.#bound.get(gradients);
    if (bound === undefined) {
      bound = new Map();
      this.#bound.set(gradients, bound);
    }
    const key = `${weight} ${beta}`;
    let runs = bound.get(key);
    if (runs === undefined) {
      const { kernels } = this.#model;
      runs = gradients.map(({ parameter, gradient, penalty }) => {
        const sink = { tensor: this.#tensor(parameter), beta };
        const added = this.#regularizer === 'added' ? penalty : NONE;
        return kernels.writeGradient(parameter.value, gradient, added, sink, weight);
      });
      bound.set(key, runs);
    }
    return runs;
  }

  #tensor(parameter: Parameter): Tensor {
    let tensor = this.#tensors.get(parameter);
    if (tensor === undefined) {
      tensor = this.#model.kernels.arena.tensor(parameter.value.shape);
      this.#tensors.set(parameter, tensor);
    }
    return tensor;
  }
}
