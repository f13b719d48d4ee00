import { noPenalty, type ParameterGradient } from '@fluxion/graph';
import { type DenseGradient, type Floats, type Kernels, type Run, tensor } from '@fluxion/tensor';
import type { Mpi } from './mpiProcess.js';
import type { SpareMemory } from './spareMemory.js';

/** Gradients that are written out into one piece of memory, and added up over all ranks by one call. */
export class DenseSum {
  readonly #ranks: Mpi;
  readonly #numbers: Floats;
  readonly #sums: ReadonlyMap<ParameterGradient, DenseGradient>;
  /** Writes them out, divided by the number of ranks. */
  readonly #writes: readonly Run[];
  readonly #scale: (factor: number) => void;

  constructor(kernels: Kernels, ranks: Mpi, memory: SpareMemory, gradients: readonly ParameterGradient[]) {
    const { whole, pieces } = memory.floats(gradients.map(({ parameter }) => parameter.value.size));
    this.#ranks = ranks;
    this.#numbers = whole;
    this.#scale = kernels.scale(tensor(whole));
    this.#sums = new Map(
      gradients.map((gradient, i) => [
        gradient,
        { form: 'dense', tensor: tensor(pieces[i] as Floats, gradient.parameter.value.shape) },
      ]),
    );
    this.#writes = [...this.#sums].map(([{ parameter, gradient }, { tensor }]) =>
      kernels.writeGradient(parameter.value, gradient, noPenalty, { tensor, beta: 0 }, 1 / ranks.size),
    );
  }

  /** The sum of a gradient. */
  of(gradient: ParameterGradient): DenseGradient | undefined {
    return this.#sums.get(gradient);
  }

  /** Adds the gradients up over all ranks, this one's times its share. */
  add(share: number): void {
    if (this.#writes.length === 0) return;
    for (const write of this.#writes) write();
    // The factor 1/R is applied already.
    const { size } = this.#ranks;
    if (share !== 1 / size) this.#scale(share * size);
    this.#ranks.allreduce(this.#numbers, 'sum');
  }
}
