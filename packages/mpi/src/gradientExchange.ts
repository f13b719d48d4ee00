import type { FlowGraph, ParameterGradient } from '@fluxion/graph';
import type { Backward } from '@fluxion/pipeline';
import { elements, OptionError } from '@fluxion/tensor';
import { isCheaperAsTerms, rowsOf } from './cheaperAsTerms.js';
import { DenseSum } from './denseSum.js';
import type { Mpi } from './mpiProcess.js';
import { SpareMemory } from './spareMemory.js';
import { type Exchanged, TermExchange } from './termExchange.js';

/** The gradients of one list, as they are exchanged while their forms stay the same. */
interface Bound {
  readonly dense: DenseSum;
  readonly terms: TermExchange;
  readonly gradients: readonly ParameterGradient[];
}

/** Makes the mean of the gradients of all ranks, for one model. */
export class GradientExchange {
  readonly #model: FlowGraph;
  readonly #ranks: Mpi;
  readonly #bound = new WeakMap<readonly ParameterGradient[], Map<string, Bound>>();
  readonly #forSums: SpareMemory;
  readonly #forTerms: SpareMemory;
  #lent = 0;

  /** @throws {OptionError} when the model carries states from one example to the next, which a share of them breaks. */
  constructor(model: FlowGraph, ranks: Mpi) {
    this.#model = model;
    this.#ranks = ranks;
    expectNoCarriedState(model);
    this.#forSums = new SpareMemory(model.kernels.arena);
    this.#forTerms = new SpareMemory(model.kernels.arena);
  }

  /**
   * The mean over all ranks.
   *
   * @param sizes how many examples each rank has, 0 for a rank whose gradients do not count
   */
  mean(
    gradients: readonly ParameterGradient[],
    sizes: readonly number[],
  ): Pick<Backward, 'gradients' | 'lease'> {
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const share = (sizes[this.#ranks.rank] as number) / size;
    const counts = this.#countRows(gradients);
    const bound = this.#bind(gradients, counts);
    bound.dense.add(share);
    bound.terms.exchange(share, counts);
    this.#averageStates(sizes, size);
    const mine = ++this.#lent;
    return { gradients: bound.gradients, lease: { isOver: () => this.#lent !== mine } };
  }

  /** Of each gradient, how many rows its factors or its touched rows have, on each rank; nothing for dense ones. */
  #countRows(gradients: readonly ParameterGradient[]): readonly Int32Array[] {
    const { rank, size } = this.#ranks;
    const kept = gradients.filter(({ gradient }) => gradient.form !== 'dense');
    const own = Int32Array.from(kept, ({ gradient }) => rowsOf(gradient));
    const all = new Int32Array(size * own.length);
    all.set(own, rank * own.length);
    if (own.length > 0) this.#ranks.allgather(all, new Int32Array(size).fill(own.length));
    let column = 0;
    return gradients.map(({ gradient }) => {
      if (gradient.form === 'dense') return new Int32Array(size);
      const at = column++;
      return Int32Array.from({ length: size }, (_, of) => all[of * own.length + at] as number);
    });
  }

  #bind(gradients: readonly ParameterGradient[], counts: readonly Int32Array[]): Bound {
    const totals = counts.map((ofRanks) => ofRanks.reduce((sum, one) => sum + one, 0));
    const key = totals.join();
    const known = this.#bound.get(gradients) ?? new Map<string, Bound>();
    this.#bound.set(gradients, known);
    let bound = known.get(key);
    if (bound === undefined) {
      const sent = gradients.flatMap((of, place): Exchanged[] => {
        const { gradient: terms, parameter } = of;
        const total = totals[place] as number;
        return terms.form !== 'dense' && isCheaperAsTerms(terms, parameter.value.shape, total)
          ? [{ of, terms, place, total }]
          : [];
      });
      const terms = new TermExchange(this.#ranks, this.#forTerms, this.#model.dtype, sent);
      const others = gradients.filter((gradient) => terms.of(gradient) === undefined);
      const dense = new DenseSum(this.#model.kernels, this.#ranks, this.#forSums, others);
      bound = {
        dense,
        terms,
        gradients: gradients.map((gradient) => ({
          ...gradient,
          gradient: dense.of(gradient) ?? terms.of(gradient) ?? gradient.gradient,
        })),
      };
      known.set(key, bound);
    }
    return bound;
  }

  #averageStates(sizes: readonly number[], size: number): void {
    const states = this.#model.states.map(({ value }) => elements(value));
    if (states.length === 0) return;
    // A sum of whole numbers is exact, one of their shares is not.
    const own = sizes[this.#ranks.rank] as number;
    const sums = Float64Array.from(states.flatMap((state) => Array.from(state, (number) => number * own)));
    this.#ranks.allreduce(sums, 'sum');
    let at = 0;
    for (const state of states)
      for (let i = 0; i < state.length; i++) state[i] = (sums[at++] as number) / size;
  }
}

function expectNoCarriedState(model: FlowGraph): void {
  const carrying = model.boxes.find(
    ({ description }) => 'stateful' in description && description.stateful === true,
  );
  if (carrying === undefined) return;
  throw new OptionError(
    `mpi: expected examples that do not depend on those before them, '${carrying.name}' is stateful; train it on one machine`,
  );
}
