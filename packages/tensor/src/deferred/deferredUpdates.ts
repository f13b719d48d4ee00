import type { DeferredTensors, DeferredWeight } from '../kernels/deferredWeight.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Run, Sink } from '../kernels/run.js';
import { expectShape } from '../shape.js';
import { elements, reshape, type Tensor, tensor } from '../tensor.js';
import { type BoundWeight, bindWeight, type Product } from './boundWeight.js';
import { corrections, correctionsOfGroup, correctionsOfKnown, groupOf, type Pairs } from './corrections.js';
import { isDense } from './isDense.js';
import type { LinearUpdate } from './linearUpdate.js';
import { first, perCount, row } from './rows.js';
import { addition } from './settling.js';
import { WaitingTerms } from './waitingTerms.js';

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
  readonly #minDensity: number;
  readonly #kernels: Kernels;
  readonly #terms: WaitingTerms;
  /** X of the updates that wait, and up to `#known` of the examples to come; Δ with zeros where an example was passed over. */
  readonly #pairs: Pairs;
  readonly #inputBytes: readonly Uint8Array[];
  readonly #multiplyInputs: Run;
  /** Whether the last update was one that waits: only then it pays to look ahead. */
  #isDeferring = false;
  #known = 0;
  /** Whether too many of the numbers of the inputs that come next are zeros, though those of the one at hand are not. */
  #isSparse = false;
  /** The group of inputs whose products have the corrections by the pairs before it. */
  #corrected = 0;
  readonly #bounds = new Map<Tensor | undefined, Bound>();
  #bound: Bound;
  #areCopied = false;

  /**
   * @param kernels what computes, of the weight's arena
   * @param examples K: updates that wait are always fewer
   * @param minDensity share of the numbers of an input, and of those known to come next, that are not zero, from which it pays to begin;
   *   with momentum it always does
   */
  constructor(kernels: Kernels, weight: Tensor, examples: number, minDensity: number) {
    const [fanIn, fanOut] = weight.shape as [number, number];
    const { arena } = kernels;
    this.weight = weight;
    this.examples = examples;
    this.#minDensity = minDensity;
    this.#kernels = kernels;
    this.#terms = new WaitingTerms(examples);
    const inputs = arena.tensor([examples, fanIn]);
    const between = arena.tensor([examples, examples]);
    this.#pairs = {
      inputs,
      outputs: arena.tensor([examples, fanOut]),
      factors: arena.tensor([1, examples]),
      between,
    };
    this.#inputBytes = Array.from({ length: examples }, (_, i) => bytesOf(row(inputs, i)));
    this.#multiplyInputs = kernels.matmul(inputs, inputs.transpose(1, 0), { tensor: between, beta: 0 });
    this.#bound = this.#boundTo(undefined);
  }

  wanted(input: Tensor): number {
    const { count } = this.#terms;
    this.#isSparse = false;
    if (!this.#isDeferring || this.#known > count || !this.waits(input, this.#bound.velocity)) return 0;
    return this.examples - count;
  }

  /** Whether the update by an example with this input waits: where others do, or where it pays. */
  waits(input: Tensor, velocity: Tensor | undefined): boolean {
    if (this.#terms.count > 0 || velocity !== undefined) return true;
    return !this.#isSparse && isDense(elements(input), this.#minDensity);
  }

  lookAhead(inputs: Tensor): void {
    const [, fanIn] = this.#pairs.inputs.shape as [number, number];
    expectShape('lookAhead inputs', ['examples', fanIn], inputs.shape, 'give them as they come');
    const { count } = this.#terms;
    const values = elements(inputs).subarray(0, (this.examples - count) * fanIn);
    if (count === 0 && this.#bound.velocity === undefined && !isDense(values, this.#minDensity)) {
      this.#isSparse = true;
      return;
    }
    elements(this.#pairs.inputs).set(values, count * fanIn);
    this.#know(count + values.length / fanIn);
  }

  /** Multiplies the inputs up to one, all of which are in their places. */
  #know(known: number): void {
    this.#known = known;
    this.#corrected = 0;
    for (const { multiply } of this.#bound.products) multiply();
    this.#multiplyInputs();
    this.#correctGroup();
  }

  /**
   * Corrects the products of the group whose turn it is by all pairs before it. Only while the terms are those of plain SGD: a velocity
   * would have to be corrected too.
   */
  #correctGroup(): void {
    const { count, value } = this.#terms;
    const group = groupOf(count);
    if (group === this.#corrected || this.#known <= count || value[0] !== 1 || value[1] !== 0) return;
    this.#bound.correctGroup(group)();
    this.#corrected = group;
  }

  /** Binds output ← input·W + bias for one example. */
  affine(input: Tensor, bias: Tensor, output: Tensor): Run {
    const kernels = this.#kernels;
    const terms = this.#terms;
    const settled = kernels.affine(input, this.weight, bias, output);
    const times = this.#times(input, output);
    const scale = kernels.scale(output);
    const { inputs, outputs } = this.#pairs;
    const correct = corrections(kernels, this.#pairs, input, inputs, outputs, output);
    const correctKnown = correctionsOfKnown(kernels, this.#pairs, output);
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
      times(known);
      const p = terms.value[0] as number;
      const q = terms.value[1] as number;
      if (p !== 1) scale(p);
      if (q !== 0) addVelocity?.(known, q);
      const { count } = terms;
      if (known === undefined) correct(count)();
      else {
        // The products of any other group are as they were: a prediction may come before its turn.
        const from = groupOf(known) === this.#corrected ? this.#corrected : 0;
        if (count > from) correctKnown(known, from, count)();
      }
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
    const { inputs, outputs } = this.#pairs;
    const correct = corrections(kernels, this.#pairs, dOutput, outputs, inputs, sink.tensor);
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
    const { inputs, outputs } = this.#pairs;
    const takeInput = perCount((i) => kernels.copy(input, { tensor: row(inputs, i), beta: 0 }));
    const takeOutput = perCount((i) => kernels.copy(dOutput, { tensor: row(outputs, i), beta: 0 }));
    const bytes = bytesOf(input);
    const factors = elements(this.#pairs.factors);
    return (update) => {
      if (velocity !== this.#bound.velocity) this.#goWith(velocity);
      const known = this.#find(bytes);
      const i = known ?? terms.count;
      if (known === undefined) {
        takeInput(i)();
        // It takes the place of one that did not come.
        if (this.#known > i) this.#multiplyInputs();
      } else this.#passOver(i);
      takeOutput(i)();
      terms.update(i, update);
      for (let k = 0; k <= i; k++) factors[k] = terms.value[2 + k] as number;
      this.#areCopied = false;
      this.#isDeferring = true;
      if (terms.count === this.examples) this.settle();
      else this.#correctGroup();
    };
  }

  settle(): void {
    this.#isSparse = false;
    if (this.#terms.count > 0) this.#bound.settle(this.#terms);
    if (this.#terms.count > 0 || this.#known > 0) this.#clear();
  }

  settleForGood(): void {
    this.settle();
    this.#isDeferring = false;
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
    if (!this.#isDeferring) return undefined;
    const { count, value, velocity } = this.#terms;
    const copy = (view: Tensor): Tensor => tensor(elements(view).slice(), view.shape);
    const length = 2 + count;
    const terms = Float64Array.of(...value.subarray(0, length), ...velocity.subarray(0, length));
    const known = Math.max(count, this.#known);
    return {
      ...(count > 0 && {
        base: copy(this.weight),
        ...(this.#bound.velocity && { velocity: copy(this.#bound.velocity) }),
        outputs: copy(first(this.#pairs.outputs, count)),
      }),
      ...(known > 0 && { inputs: copy(first(this.#pairs.inputs, known)) }),
      terms: tensor(terms, [2, length]),
    };
  }

  restore(saved: DeferredTensors | undefined, ownVelocity?: Tensor): void {
    this.settleForGood();
    if (saved === undefined) return;
    const { base, velocity, inputs, outputs, terms } = saved;
    this.#goWith(ownVelocity);
    if (base !== undefined) elements(this.weight).set(elements(base));
    if (velocity !== undefined && ownVelocity !== undefined) elements(ownVelocity).set(elements(velocity));
    if (inputs !== undefined) elements(this.#pairs.inputs).set(elements(inputs));
    if (outputs !== undefined) elements(this.#pairs.outputs).set(elements(outputs));
    const [, length] = terms.shape as [number, number];
    const numbers = elements(terms);
    this.#terms.count = length - 2;
    this.#terms.value.set(numbers.subarray(0, length));
    this.#terms.velocity.set(numbers.subarray(length));
    elements(this.#pairs.factors).set(numbers.subarray(2, length));
    this.#isDeferring = true;
    const [known = 0] = inputs?.shape ?? [];
    if (known > this.#terms.count) this.#know(known);
  }

  #goWith(velocity: Tensor | undefined): void {
    if (velocity === this.#bound.velocity) return;
    this.settle();
    this.#bound = this.#boundTo(velocity);
  }

  #clear(): void {
    elements(this.#pairs.factors).fill(0);
    this.#terms.clear();
    this.#known = 0;
    this.#corrected = 0;
    this.#areCopied = false;
  }

  /** What is bound to the weight, and to its velocity where there is one: once for each velocity. */
  #boundTo(velocity: Tensor | undefined): Bound {
    const known = this.#bounds.get(velocity);
    if (known !== undefined) return known;
    const { inputs, outputs } = this.#pairs;
    const weight = bindWeight(this.weight, velocity, this.#kernels, inputs, outputs);
    const [{ values }] = weight.products as [Product];
    const bound = { ...weight, correctGroup: correctionsOfGroup(this.#kernels, this.#pairs, values) };
    this.#bounds.set(velocity, bound);
    return bound;
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

  /** Leaves no updates by examples up to one that never came. */
  #passOver(to: number): void {
    const { count } = this.#terms;
    const { outputs } = this.#pairs;
    const [, fanOut] = outputs.shape as [number, number];
    if (count < to) elements(outputs).fill(0, count * fanOut, to * fanOut);
  }

  /** Which of the examples to come has this input, to the last bit. Those that are passed over never come. */
  #find(input: Uint8Array): number | undefined {
    for (let i = this.#terms.count; i < this.#known; i++) {
      if (Buffer.compare(input, this.#inputBytes[i] as Uint8Array) === 0) return i;
    }
    return undefined;
  }
}

interface Bound extends BoundWeight {
  /** Corrects the products of a group with W₀ by all pairs before it. */
  readonly correctGroup: (group: number) => Run;
}

/** The bytes of numbers that lie side by side, which are compared faster than numbers. */
function bytesOf({ data, offset, size }: Tensor): Uint8Array {
  const { BYTES_PER_ELEMENT: width } = data;
  return Buffer.from(data.buffer, data.byteOffset + offset * width, size * width);
}
