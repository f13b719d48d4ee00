import type { FlowGraph } from '@fluxion/graph';
import { type Optimizer, optimizerState } from '@fluxion/optim';
import { elements, type Floats, tensor } from '@fluxion/tensor';
import type { Mpi } from './mpiProcess.js';
import { SpareMemory } from './spareMemory.js';

/** Tensors of fewer numbers are sent together. */
const SMALL = 2 ** 14;

/** The mean of a model over all ranks: of parameters, states and, where there is one, the optimizer's tensors. */
export class ModelMean {
  readonly model: FlowGraph;
  readonly #ranks: Mpi;
  readonly #large: readonly Floats[];
  readonly #small: readonly { readonly own: Floats; readonly sent: Floats }[];
  readonly #packed: Floats;
  readonly #scales: readonly ((factor: number) => void)[];

  constructor(model: FlowGraph, ranks: Mpi, optimizer: Optimizer | undefined) {
    this.model = model;
    this.#ranks = ranks;
    const kept =
      optimizer === undefined
        ? []
        : model.parameters.flatMap((of) => Object.values(optimizerState(optimizer, model).of(of)));
    const all = [...model.parameters, ...model.states]
      .map(({ value }) => value)
      .concat(kept)
      .map(elements);
    const { arena, scale } = model.kernels;
    this.#large = all.filter(({ length }) => length >= SMALL);
    const small = all.filter(({ length }) => length < SMALL);
    const { whole, pieces } = new SpareMemory(arena).floats(small.map(({ length }) => length));
    this.#small = small.map((own, i) => ({ own, sent: pieces[i] as Floats }));
    this.#packed = whole;
    this.#scales = [...this.#large, whole].map((numbers) => scale(tensor(numbers)));
  }

  /** Gives all ranks the mean. */
  take(): void {
    for (const { deferred } of this.model.parameters) deferred?.settle();
    for (const { own, sent } of this.#small) sent.set(own);
    for (const numbers of [...this.#large, this.#packed]) this.#ranks.allreduce(numbers, 'sum');
    for (const scale of this.#scales) scale(1 / this.#ranks.size);
    for (const { own, sent } of this.#small) own.set(sent);
    this.model.markUpdated();
  }
}
