import type { DeferredTensors, DeferredWeight } from '../kernels/deferredWeight.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Run } from '../kernels/run.js';
import { expectShape } from '../shape.js';
import { elements, type Floats, type Tensor, tensor } from '../tensor.js';
import { correctionsOfGroup, groupOf, type Pairs } from './corrections.js';
import { Foresight } from './foresight.js';
import { isDense } from './isDense.js';
import type { LinearUpdate } from './linearUpdate.js';
import { firstRows, perCount, row } from './rows.js';
import { WaitingTerms } from './waitingTerms.js';
import { type Product, type WeightBinding, weightBinding } from './weightBinding.js';

/**
 * The updates of a weight by single examples, which wait until there are some of them and then are one product.
 *
 * SGD after each example leaves W_t = W₀ + Σ_{i<t} wᵢ·xᵢᵀδᵢ with wᵢ = −αᵢ. So what example t needs of W_t follows from W₀ and the
 * pairs (xᵢ, δᵢ) of the examples before it:
 *
 * ```text
 * x·W_t  = x·W₀ + Σ wᵢ(x·xᵢ)·δᵢ
 * δ·W_tᵀ = δ·W₀ᵀ + Σ wᵢ(δ·δᵢ)·xᵢ
 * ```
 *
 * and after K examples W₀ ← W₀ + Xᵀ·diag(w)·Δ. Where the coming inputs are known, the products x·W₀ are one matrix product, and so are
 * all x·xᵢ; eight inputs at a time are corrected by all earlier pairs, so only those within the eight are left to each example.
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
  readonly kernels: Kernels;
  readonly terms: WaitingTerms;
  /** X of the updates that wait, then of the prefetched inputs; Δ with zeros where an example was skipped. */
  readonly pairs: Pairs;
  readonly #minDensity: number;
  readonly #inputBytes: readonly Uint8Array[];
  readonly #multiplyInputs: Run;
  readonly #foresight = new Foresight();
  /** Whether the last update was one that waits: looking ahead pays only then. */
  #isDeferring = false;
  /** How many inputs there are, those of the updates that wait included, whose products are there. */
  #prefetched = 0;
  /** Whether the current input was found too sparse to begin with, or those that come next. */
  #isSparse = false;
  #correctedGroup = 0;
  #lastSearch: { readonly input: Tensor; readonly place: number | undefined } | undefined;
  readonly #bindings = new Map<Tensor | undefined, Binding>();
  #binding: Binding;
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
    this.kernels = kernels;
    this.#minDensity = minDensity;
    const inputs = arena.tensor([examples, fanIn]);
    const between = arena.tensor([examples, examples]);
    const factors = arena.tensor([1, examples]);
    this.pairs = { inputs, outputs: arena.tensor([examples, fanOut]), factors, between };
    this.terms = new WaitingTerms(examples, elements(factors));
    this.#inputBytes = Array.from({ length: examples }, (_, i) => bytesOf(row(inputs, i)));
    this.#multiplyInputs = kernels.matmul(inputs, inputs.transpose(1, 0), { tensor: between, beta: 0 });
    this.#binding = this.#bindingFor(undefined);
  }

  /** What is bound to the weight, and to the velocity of the last updates. */
  get binding(): WeightBinding {
    return this.#binding;
  }

  /** Whether no update waits and no input has been prefetched: then the weight is as its tensor says. */
  get isEmpty(): boolean {
    return this.terms.count === 0 && this.#prefetched === 0;
  }

  /** The first of the group of prefetched inputs whose products are corrected by the pairs before it. */
  get correctedGroup(): number {
    return this.#correctedGroup;
  }

  inputsWanted(input: Tensor): number {
    const { count } = this.terms;
    this.#isSparse = false;
    if (!this.#isDeferring || this.#prefetched > count || !this.#foresight.pays) return 0;
    this.#isSparse = !this.#hasBegun(this.#binding.velocity) && !isDense(elements(input), this.#minDensity);
    if (this.#isSparse) return 0;
    return this.examples - count;
  }

  /** Whether the update by an example with this input waits: where others do, or where it pays. */
  shouldDefer(input: Floats, velocity: Tensor | undefined): boolean {
    if (this.#hasBegun(velocity)) return true;
    return !this.#isSparse && isDense(input, MARGIN * this.#minDensity);
  }

  /** Whether the next update waits, whatever its input is. */
  #hasBegun(velocity: Tensor | undefined): boolean {
    return !this.isEmpty || velocity !== undefined;
  }

  lookAhead(inputs: Tensor): void {
    const [, fanIn] = this.pairs.inputs.shape as [number, number];
    expectShape('lookAhead inputs', ['examples', fanIn], inputs.shape, 'give them as they come');
    const { count } = this.terms;
    const values = elements(inputs).subarray(0, (this.examples - count) * fanIn);
    if (
      count === 0 &&
      this.#binding.velocity === undefined &&
      !isDense(values, this.#minDensity, BLOCK_SAMPLE)
    ) {
      this.#isSparse = true;
      return;
    }
    elements(this.pairs.inputs).set(values, count * fanIn);
    this.#prefetch(count + values.length / fanIn);
  }

  /**
   * Multiplies the inputs up to one, all of which are in their places. From one on whose square is not finite none is kept: should it
   * be skipped, its row would make NaN of the block.
   */
  #prefetch(to: number): void {
    this.#correctedGroup = 0;
    this.#lastSearch = undefined;
    for (const { multiply } of this.#binding.products) multiply();
    this.#multiplyInputs();
    const { between } = this.pairs;
    this.#prefetched = this.terms.count;
    while (this.#prefetched < to && Number.isFinite(between.get(this.#prefetched, this.#prefetched)))
      this.#prefetched++;
    this.#correctGroup();
  }

  /**
   * Corrects the products of the group whose turn it is by all pairs before it. Only while the terms are those of plain SGD: a velocity
   * would have to be corrected too.
   */
  #correctGroup(): void {
    const { count, isPlain } = this.terms;
    const group = groupOf(count);
    if (group === this.#correctedGroup || this.#prefetched <= count || !isPlain) return;
    this.#binding.correctGroup(group)();
    this.#correctedGroup = group;
  }

  /** Binds the search for an input: which of the prefetched ones it is, to the last bit. Those that have been skipped never come. */
  finder(input: Tensor): () => number | undefined {
    const bytes = bytesOf(input);
    return () => {
      let place: number | undefined;
      for (let i = this.terms.count; i < this.#prefetched && place === undefined; i++) {
        if (Buffer.compare(bytes, this.#inputBytes[i] as Uint8Array) === 0) place = i;
      }
      this.#lastSearch = { input, place };
      return place;
    };
  }

  /**
   * Binds the update by one example's gradient inputᵀ·dOutput.
   *
   * @param velocity of the weight, where the update has one
   */
  append(input: Tensor, dOutput: Tensor, velocity?: Tensor): (update: LinearUpdate) => void {
    const { kernels, terms } = this;
    const { inputs, outputs } = this.pairs;
    const takeInput = perCount((i) => kernels.copy(input, { tensor: row(inputs, i), beta: 0 }));
    const takeOutput = perCount((i) => kernels.copy(dOutput, { tensor: row(outputs, i), beta: 0 }));
    const find = this.finder(input);
    return (update) => {
      if (velocity !== this.#binding.velocity) this.#bindTo(velocity);
      // On the way forward it has been looked for; a pass keeps its input until the update.
      const place = this.#lastSearch?.input === input ? this.#lastSearch.place : find();
      const i = place ?? terms.count;
      if (place === undefined) {
        takeInput(i)();
        if (this.#prefetched > i) {
          this.#foresight.fail();
          this.#prefetched = 0;
          this.#correctedGroup = 0;
        }
      } else this.#skip(i);
      takeOutput(i)();
      terms.update(i, update);
      // A resumed run has the products as they were before any correction.
      if (!terms.isPlain && this.#correctedGroup > 0) this.#prefetch(this.#prefetched);
      this.#areCopied = false;
      this.#isDeferring = true;
      this.#lastSearch = undefined;
      if (terms.count === this.examples) {
        this.settle();
        this.#foresight.endBlock();
      } else this.#correctGroup();
    };
  }

  settle(): void {
    this.#isSparse = false;
    if (this.terms.count > 0) this.#binding.settle(this.terms);
    if (!this.isEmpty) this.#clear();
  }

  settleForGood(): void {
    this.settle();
    this.#isDeferring = false;
    this.#foresight.restore(undefined);
  }

  settled(of: Tensor = this.weight): Tensor {
    if (this.terms.count === 0 || (of !== this.weight && of !== this.#binding.velocity)) return of;
    const copies = this.#binding.copies();
    if (!this.#areCopied) {
      copies.renew();
      copies.settle(this.terms);
      this.#areCopied = true;
    }
    return of === this.weight ? copies.weight : (copies.velocity as Tensor);
  }

  save(ownVelocity?: Tensor): DeferredTensors | undefined {
    const { velocity } = this.#binding;
    if (!this.#isDeferring || velocity !== ownVelocity) return undefined;
    const { count } = this.terms;
    const copy = (view: Tensor): Tensor => tensor(elements(view).slice(), view.shape);
    const inputs = Math.max(count, this.#prefetched);
    const foresight = this.#foresight.save();
    return {
      ...(count > 0 && {
        base: copy(this.weight),
        ...(velocity && { velocity: copy(velocity) }),
        outputs: copy(firstRows(this.pairs.outputs, count)),
      }),
      ...(inputs > 0 && { inputs: copy(firstRows(this.pairs.inputs, inputs)) }),
      terms: this.terms.save(),
      ...(foresight && { foresight }),
    };
  }

  restore(deferred: DeferredTensors | undefined, ownVelocity?: Tensor): void {
    if (deferred === undefined) {
      if (this.#binding.velocity === ownVelocity) this.settleForGood();
      return;
    }
    this.settleForGood();
    this.#bindTo(ownVelocity);
    const { base, velocity, inputs, outputs, terms, foresight } = deferred;
    const own = [this.weight, ...(ownVelocity ? [ownVelocity] : [])].map(elements);
    const before = own.map((values) => values.slice());
    if (base !== undefined) elements(this.weight).set(elements(base));
    if (velocity !== undefined && ownVelocity !== undefined) elements(ownVelocity).set(elements(velocity));
    if (inputs !== undefined) elements(this.pairs.inputs).set(elements(inputs));
    if (outputs !== undefined) elements(this.pairs.outputs).set(elements(outputs));
    this.terms.restore(terms);
    if (!isEqual(elements(this.settled()), before[0] as Floats)) {
      // Not of the values that the model has: these stay.
      this.#clear();
      own.forEach((values, i) => values.set(before[i] as Floats));
      return;
    }
    this.#isDeferring = true;
    this.#foresight.restore(foresight);
    const [saved = 0] = inputs?.shape ?? [];
    if (saved > this.terms.count) this.#prefetch(saved);
  }

  #bindTo(velocity: Tensor | undefined): void {
    if (velocity === this.#binding.velocity) return;
    this.settle();
    this.#binding = this.#bindingFor(velocity);
  }

  #clear(): void {
    this.terms.clear();
    this.#lastSearch = undefined;
    this.#prefetched = 0;
    this.#correctedGroup = 0;
    this.#areCopied = false;
  }

  /** What is bound to the weight, and to its velocity where there is one: once for each velocity. */
  #bindingFor(velocity: Tensor | undefined): Binding {
    const before = this.#bindings.get(velocity);
    if (before !== undefined) return before;
    const { inputs, outputs } = this.pairs;
    const weight = weightBinding(this.weight, velocity, this.kernels, inputs, outputs);
    const [{ values }] = weight.products as [Product];
    const binding = { ...weight, correctGroup: correctionsOfGroup(this.kernels, this.pairs, values) };
    this.#bindings.set(velocity, binding);
    return binding;
  }

  /** Marks the examples up to one as skipped: their rows of Δ become 0. */
  #skip(to: number): void {
    const { count } = this.terms;
    const { outputs } = this.pairs;
    const [, fanOut] = outputs.shape as [number, number];
    if (count < to) elements(outputs).fill(0, count * fanOut, to * fanOut);
  }
}

/** A block is asked about once. */
const BLOCK_SAMPLE = 256;

/** One input stands for all of a block where the others are not known yet: the densest of many are much denser than most. */
const MARGIN = 1.25;

interface Binding extends WeightBinding {
  /** Corrects the products of a group with W₀ by all pairs before it. */
  readonly correctGroup: (group: number) => Run;
}

/** The bytes of numbers that lie side by side, which are compared faster than numbers. */
function bytesOf({ data, offset, size }: Tensor): Uint8Array {
  const { BYTES_PER_ELEMENT: width } = data;
  return Buffer.from(data.buffer, data.byteOffset + offset * width, size * width);
}

function isEqual(a: Floats, b: Floats): boolean {
  return a.every((value, i) => value === b[i]);
}
