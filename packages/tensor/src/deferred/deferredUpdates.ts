import type { DeferredTensors, DeferredWeight } from '../kernels/deferredWeight.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Run, Sink } from '../kernels/run.js';
import { elements, reshape, type Tensor, tensor } from '../tensor.js';
import { type BoundWeight, bindWeight, type Product } from './boundWeight.js';
import type { LinearUpdate } from './linearUpdate.js';
import { first, perCount, row } from './rows.js';
import { addition } from './settling.js';
import { WaitingTerms } from './waitingTerms.js';

/** So many of the inputs that are known are corrected by all terms before them at once. */
const TOGETHER = 8;

/**
 * The updates of a weight by single examples, which wait until there are some of them and then are one product.
 *
 * SGD after each example leaves W_t = W₀ + Σ_{i<t} wᵢ·xᵢᵀδᵢ with wᵢ = −αᵢ. So what example t wants of it is had from W₀ and the
 * pairs (xᵢ, δᵢ) of the examples before:
 *
 * ```text
 * x·W_t  = x·W₀ + Σ wᵢ(x·xᵢ)·δᵢ
 * δ·W_tᵀ = δ·W₀ᵀ + Σ wᵢ(δ·δᵢ)·xᵢ
 * ```
 *
 * and after K examples W₀ ← W₀ + Xᵀ·diag(w)·Δ. Where the inputs of the coming examples are known, all x·W₀ are one product too, all
 * x·xᵢ, and of eight of them the corrections by the pairs before: only those among the eight are left to each example.
 * Nothing is approximated: the terms are those of one update after another, added in another order.
 *
 * With momentum and l2 an update is still linear in W, its velocity v and the gradient (`LinearUpdate`). So W_t and v_t are sums
 * of W₀, v₀ and the same pairs, each with a number of its own (`WaitingTerms`).
 *
 * Reading the weight changes nothing of what is learned next.
 *
 * @see McDaniel, D'Azevedo, Li, Wong, Kent, "Delayed slater determinant update algorithms for high efficiency quantum Monte
 *   Carlo", J. Chem. Phys. 147, 174107, 2017.
 */
export class DeferredUpdates implements DeferredWeight {
  /** W₀ [fanIn, fanOut]. */
  readonly weight: Tensor;
  readonly examples: number;
  readonly #leastShare: number;
  readonly #kernels: Kernels;
  readonly #terms: WaitingTerms;
  /** wᵢ [1, K], for the kernels. */
  readonly #factors: Tensor;
  /** X [K, fanIn]: of the updates that wait, and up to `#known` of the examples to come. */
  readonly #inputs: Tensor;
  readonly #inputBytes: readonly Uint8Array[];
  /** Δ [K, fanOut] of the updates that wait; zeros where an example was passed over. */
  readonly #outputs: Tensor;
  /** X·Xᵀ [K, K], as far as its rows have been known. */
  readonly #between: Tensor;
  readonly #multiplyInputs: Run;
  #known = 0;
  /** Whether too many of the numbers of the inputs that come next are zeros, though those of the one at hand are not. */
  #isSparse = false;
  /** The products of inputs that are to come have the corrections by the pairs before this one. */
  #corrected = 0;
  #bound: Bound;
  #areCopied = false;

  /**
   * @param kernels what computes, of the weight's arena
   * @param examples K: updates that wait are always fewer
   * @param leastShare of the numbers of an input, and of those known to come next, that are not zero, from which it pays to begin;
   *   with momentum it always does
   */
  constructor(kernels: Kernels, weight: Tensor, examples: number, leastShare: number) {
    const [fanIn, fanOut] = weight.shape as [number, number];
    const { arena } = kernels;
    this.weight = weight;
    this.examples = examples;
    this.#leastShare = leastShare;
    this.#kernels = kernels;
    this.#terms = new WaitingTerms(examples);
    this.#factors = arena.tensor([1, examples]);
    this.#inputs = arena.tensor([examples, fanIn]);
    this.#inputBytes = Array.from({ length: examples }, (_, i) => bytesOf(row(this.#inputs, i)));
    this.#outputs = arena.tensor([examples, fanOut]);
    this.#between = arena.tensor([examples, examples]);
    this.#multiplyInputs = kernels.matmul(this.#inputs, this.#inputs.transpose(1, 0), {
      tensor: this.#between,
      beta: 0,
    });
    this.#bound = this.#bind(undefined);
  }

  wanted(input: Tensor): number {
    const { count } = this.#terms;
    this.#isSparse = false;
    if (this.#known > count || !this.waits(input, this.#bound.velocity)) return 0;
    return this.examples - count;
  }

  /** Whether the update by an example with this input waits: where others do, or where it pays. */
  waits(input: Tensor, velocity: Tensor | undefined): boolean {
    if (this.#terms.count > 0 || velocity !== undefined) return true;
    return !this.#isSparse && isDense(elements(input), this.#leastShare);
  }

  lookAhead(inputs: Tensor): void {
    const [, fanIn] = this.#inputs.shape as [number, number];
    const { count } = this.#terms;
    const values = elements(inputs).subarray(0, (this.examples - count) * fanIn);
    if (count === 0 && this.#bound.velocity === undefined && !isDense(values, this.#leastShare)) {
      this.#isSparse = true;
      return;
    }
    this.#inputs.data.set(values, this.#inputs.offset + count * fanIn);
    this.#known = count + values.length / fanIn;
    this.#corrected = 0;
    for (const { multiply } of this.#bound.products) multiply();
    this.#multiplyInputs();
  }

  /** Binds output ← input·W + bias for one example. */
  affine(input: Tensor, bias: Tensor, output: Tensor): Run {
    const kernels = this.#kernels;
    const terms = this.#terms;
    const settled = kernels.affine(input, this.weight, bias, output);
    const times = this.#times(input, output);
    const scale = kernels.scale(output);
    const correct = this.#corrections(input, this.#inputs, this.#outputs, output);
    const correctKnown = this.#correctionsOfKnown(output);
    const addBias = kernels.copy(reshape(bias, output.shape), { tensor: output, beta: 1 });
    const bytes = bytesOf(input);
    let bound: Bound | undefined;
    let addVelocity: ((known: number | undefined, factor: number) => void) | undefined;
    return () => {
      const known = this.#find(bytes);
      if (known === undefined && terms.count === 0) return settled();
      if (bound !== this.#bound) {
        bound = this.#bound;
        addVelocity = bound.velocity && this.#addTimes(bound.velocity, input, output);
      }
      const from = known === undefined ? 0 : this.#correctAhead(known);
      times(known);
      const p = terms.value[0] as number;
      const q = terms.value[1] as number;
      if (p !== 1) scale(p);
      if (q !== 0) addVelocity?.(known, q);
      if (known === undefined) correct(terms.count)();
      else if (known > from) correctKnown(known)(from)();
      addBias();
    };
  }

  /** Binds sink ← dOutput·Wᵀ for one example. */
  timesTransposed(dOutput: Tensor, sink: Sink): Run {
    const kernels = this.#kernels;
    const terms = this.#terms;
    const scaled = kernels.arena.tensor(dOutput.shape);
    const copy = kernels.copy(dOutput, { tensor: scaled, beta: 0 });
    const scale = kernels.scale(scaled);
    const product = kernels.matmul(dOutput, this.weight.transpose(1, 0), sink);
    const scaledProduct = kernels.matmul(scaled, this.weight.transpose(1, 0), sink);
    const correct = this.#corrections(dOutput, this.#outputs, this.#inputs, sink.tensor);
    let bound: Bound | undefined;
    let addVelocity: Run | undefined;
    return () => {
      const p = terms.value[0] as number;
      const q = terms.value[1] as number;
      if (p === 1) product();
      else {
        copy();
        scale(p);
        scaledProduct();
      }
      if (terms.count === 0) return;
      if (q !== 0) {
        if (bound !== this.#bound) {
          bound = this.#bound;
          const { velocity } = bound;
          addVelocity = velocity && kernels.matmul(scaled, velocity.transpose(1, 0), { ...sink, beta: 1 });
        }
        copy();
        scale(q);
        addVelocity?.();
      }
      correct(terms.count)();
    };
  }

  /**
   * Binds the update by one example's gradient inputᵀ·dOutput.
   *
   * @param velocity of the weight, where the update has one
   */
  append(input: Tensor, dOutput: Tensor, velocity?: Tensor): (update: LinearUpdate) => void {
    const kernels = this.#kernels;
    const terms = this.#terms;
    const takeInput = perCount((i) => kernels.copy(input, { tensor: row(this.#inputs, i), beta: 0 }));
    const takeOutput = perCount((i) => kernels.copy(dOutput, { tensor: row(this.#outputs, i), beta: 0 }));
    const bytes = bytesOf(input);
    const factors = elements(this.#factors);
    return (update) => {
      if (velocity !== this.#bound.velocity) this.#goWith(velocity);
      const known = this.#find(bytes);
      const i = known ?? terms.count;
      if (known === undefined) takeInput(i)();
      else this.#passOver(i);
      takeOutput(i)();
      terms.update(i, update);
      for (let k = 0; k <= i; k++) factors[k] = terms.value[2 + k] as number;
      this.#areCopied = false;
      if (terms.count === this.examples) this.settle();
    };
  }

  settle(): void {
    if (this.#terms.count > 0) this.#bound.settle(this.#terms);
    this.#clear();
  }

  settled(of: Tensor = this.weight): Tensor {
    if (this.#terms.count === 0 || (of !== this.weight && of !== this.#bound.velocity)) return of;
    const copies = this.#bound.copies();
    if (!this.#areCopied) {
      copies.renew();
      copies.settle(this.#terms);
      this.#areCopied = true;
    }
    return of === this.weight ? copies.weight : (copies.velocity as Tensor);
  }

  save(): DeferredTensors | undefined {
    const { count, value, velocity } = this.#terms;
    if (count === 0) return undefined;
    const copy = (view: Tensor): Tensor => tensor(elements(view).slice(), view.shape);
    const length = 2 + count;
    const terms = Float64Array.of(...value.subarray(0, length), ...velocity.subarray(0, length));
    return {
      base: copy(this.weight),
      ...(this.#bound.velocity && { velocity: copy(this.#bound.velocity) }),
      inputs: copy(first(this.#inputs, count)),
      outputs: copy(first(this.#outputs, count)),
      terms: tensor(terms, [2, length]),
    };
  }

  restore({ base, velocity, inputs, outputs, terms }: DeferredTensors, ownVelocity?: Tensor): void {
    this.#clear();
    this.#goWith(velocity && ownVelocity);
    elements(this.weight).set(elements(base));
    if (velocity !== undefined && ownVelocity !== undefined) elements(ownVelocity).set(elements(velocity));
    elements(this.#inputs).set(elements(inputs));
    elements(this.#outputs).set(elements(outputs));
    const [, length] = terms.shape as [number, number];
    const numbers = elements(terms);
    this.#terms.count = length - 2;
    this.#terms.value.set(numbers.subarray(0, length));
    this.#terms.velocity.set(numbers.subarray(length));
    elements(this.#factors).set(numbers.subarray(2, length));
  }

  #goWith(velocity: Tensor | undefined): void {
    this.settle();
    if (velocity !== this.#bound.velocity) this.#bound = this.#bind(velocity);
  }

  #clear(): void {
    elements(this.#factors).fill(0);
    this.#terms.clear();
    this.#known = 0;
    this.#corrected = 0;
    this.#areCopied = false;
  }

  /** What is bound to the weight, and to its velocity where there is one. */
  #bind(velocity: Tensor | undefined): Bound {
    const bound = bindWeight(this.weight, velocity, this.#kernels, this.#inputs, this.#outputs);
    return { ...bound, correctTogether: this.#correctionsTogether((bound.products[0] as Product).values) };
  }

  /** output ← input·W₀, from the products where the input is known. */
  #times(input: Tensor, output: Tensor): (known: number | undefined) => void {
    const sink: Sink = { tensor: output, beta: 0 };
    const multiply = this.#kernels.matmul(input, this.weight, sink);
    let bound: Bound | undefined;
    let take: (i: number) => Run = () => () => {};
    return (known) => {
      if (known === undefined) return multiply();
      if (bound !== this.#bound) {
        bound = this.#bound;
        const [{ values }] = bound.products as [Product];
        take = perCount((i) => this.#kernels.copy(row(values, i), sink));
      }
      take(known)();
    };
  }

  /** output ← output + factor·(input·v₀). */
  #addTimes(
    velocity: Tensor,
    input: Tensor,
    output: Tensor,
  ): (known: number | undefined, factor: number) => void {
    const kernels = this.#kernels;
    const place = kernels.arena.tensor(output.shape);
    const sink: Sink = { tensor: place, beta: 0 };
    const multiply = kernels.matmul(input, velocity, sink);
    const { values } = this.#bound.products[1] as Product;
    const take = perCount((i) => kernels.copy(row(values, i), sink));
    const add = addition(kernels, place, output);
    return (known, factor) => {
      if (known === undefined) multiply();
      else take(known)();
      add(factor);
    };
  }

  /** output ← output + (w ∘ x·Aᵀ)·B, of the rows of A and B that wait. */
  #corrections(x: Tensor, a: Tensor, b: Tensor, output: Tensor): (count: number) => Run {
    const kernels = this.#kernels;
    return perCount((count) => {
      const products = kernels.arena.tensor([1, count]);
      const multiply = kernels.matmul(x, first(a, count).transpose(1, 0), { tensor: products, beta: 0 });
      const add = this.#addWeighed(products, 0, first(b, count), output);
      return () => {
        multiply();
        add();
      };
    });
  }

  /** output ← output + (w ∘ x·Xᵀ)·Δ, of the pairs from one on, for a known input x. */
  #correctionsOfKnown(output: Tensor): (known: number) => (from: number) => Run {
    const [, fanOut] = this.#outputs.shape as [number, number];
    return perCount((known) =>
      perCount((from) => {
        const products = row(this.#between, known)
          .lo(0, from)
          .hi(1, known - from);
        return this.#addWeighed(products, from, this.#outputs.lo(from, 0).hi(known - from, fanOut), output);
      }),
    );
  }

  /**
   * Corrects the products of a known input, and of those that are together with it, by all pairs before them, and tells from which pair
   * on that is left to do: only while the terms are those of plain SGD, as a velocity would have to be corrected too.
   */
  #correctAhead(known: number): number {
    const from = known - (known % TOGETHER);
    if (from === this.#corrected) return from;
    if (this.#terms.value[0] !== 1 || this.#terms.value[1] !== 0) return 0;
    this.#passOver(from);
    this.#bound.correctTogether(from)();
    this.#corrected = from;
    return from;
  }

  /** Binds values ← values + (X·Xᵀ·diag(w))·Δ in as many rows as are corrected together, by the pairs before them. */
  #correctionsTogether(values: Tensor): (from: number) => Run {
    const { examples } = this;
    const [, fanOut] = values.shape as [number, number];
    const between = elements(this.#between);
    const factors = elements(this.#factors);
    return perCount((from) => {
      const rows = Math.min(TOGETHER, examples - from);
      const tensor = values.lo(from, 0).hi(rows, fanOut);
      const coefficients = this.#kernels.arena.tensor([rows, from]);
      const weighed = elements(coefficients);
      const add = this.#kernels.matmul(coefficients, first(this.#outputs, from), { tensor, beta: 1 });
      return () => {
        for (let i = 0, at = 0; i < rows; i++) {
          const start = (from + i) * examples;
          for (let k = 0; k < from; k++, at++) {
            weighed[at] = (between[start + k] as number) * (factors[k] as number);
          }
        }
        add();
      };
    });
  }

  /** Leaves no updates by examples up to one that never came. */
  #passOver(to: number): void {
    const { count } = this.#terms;
    const [, fanOut] = this.#outputs.shape as [number, number];
    if (count < to) elements(this.#outputs).fill(0, count * fanOut, to * fanOut);
  }

  /** output ← output + (w ∘ products)·B, w from one on. */
  #addWeighed(products: Tensor, from: number, b: Tensor, output: Tensor): Run {
    const kernels = this.#kernels;
    const [, count] = products.shape as [number, number];
    const coefficients = kernels.arena.tensor([1, count]);
    const factors = this.#factors.lo(0, from).hi(1, count);
    const weigh = kernels.multiply(products, factors, { tensor: coefficients, beta: 0 });
    const add = kernels.matmul(coefficients, b, { tensor: output, beta: 1 });
    return () => {
      weigh();
      add();
    };
  }

  /** Which of the examples to come has this input, to the last bit. Those that are passed over never come. */
  #find(input: Uint8Array): number | undefined {
    for (let i = this.#terms.count; i < this.#known; i++) {
      if (Buffer.compare(input, this.#inputBytes[i] as Uint8Array) === 0) return i;
    }
    return undefined;
  }
}

/** About so many numbers are looked at. */
const SAMPLE = 128;

/** Whether, as far as a few of them tell, at least that share of the numbers is not zero. Each step asks. */
function isDense(values: ArrayLike<number>, leastShare: number): boolean {
  // Odd, as rows of pictures and groups of columns rarely are.
  const every = Math.floor(values.length / SAMPLE) | 1;
  const most = (1 - leastShare) * Math.ceil(values.length / every);
  let zeros = 0;
  for (let i = 0; i < values.length; i += every) if (values[i] === 0 && ++zeros > most) return false;
  return true;
}

interface Bound extends BoundWeight {
  /** Corrects some of those with W₀, from one on, by all pairs before it. */
  readonly correctTogether: (from: number) => Run;
}

/** The bytes of numbers that lie side by side, which are compared faster than numbers. */
function bytesOf({ data, offset, size }: Tensor): Uint8Array {
  const { BYTES_PER_ELEMENT: width } = data;
  return Buffer.from(data.buffer, data.byteOffset + offset * width, size * width);
}
