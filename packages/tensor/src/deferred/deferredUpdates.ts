import type { DeferredTensors, DeferredWeight } from '../kernels/deferredWeight.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Run, Sink } from '../kernels/run.js';
import { elements, reshape, type Tensor, tensor } from '../tensor.js';

/** A kernel for each number of updates that wait, bound when it is first wanted. */
type RunFor = (count: number) => Run;

/**
 * The updates of a weight by single examples, which wait until there are some of them and then are one product.
 *
 * SGD after each example leaves W_t = W₀ + Σ_{i<t} xᵢᵀdᵢ with dᵢ = −α·δᵢ. So what example t wants of it is had from W₀ and the
 * pairs (xᵢ, dᵢ) of the examples before:
 *
 * ```text
 * x·W_t  = x·W₀ + Σ (x·xᵢ)·dᵢ
 * δ·W_tᵀ = δ·W₀ᵀ + Σ (δ·dᵢ)·xᵢ
 * ```
 *
 * and after K examples W₀ ← W₀ + XᵀD. Where the inputs of the coming examples are known, all x·W₀ are one product too. Nothing
 * is approximated: the terms are those of one update after another, added in another order. What l2 takes off every weight is
 * one factor c: W_t = c·(W₀ + Σ xᵢᵀdᵢ/cᵢ).
 *
 * Reading the weight changes nothing of what is learned next.
 *
 * @see McDaniel, D'Azevedo, Li, Wong, Kent, "Delayed slater determinant update algorithms for high efficiency quantum Monte
 *   Carlo", J. Chem. Phys. 147, 174107, 2017.
 */
export class DeferredUpdates implements DeferredWeight {
  readonly examples: number;
  readonly #kernels: Kernels;
  /** W₀ [fanIn, fanOut]. */
  readonly weight: Tensor;
  /** X [K, fanIn]: of the updates that wait, and from `#count` to `#known` of the examples to come. */
  readonly #inputs: Tensor;
  /** D [K, fanOut], zeros from `#count` on. */
  readonly #outputs: Tensor;
  /** X·W₀ [K, fanOut]; rows from `#count` to `#known` are of use. */
  readonly #products: Tensor;
  readonly #inputBytes: readonly Uint8Array[];
  readonly #multiply: Run;
  readonly #settle: RunFor;
  readonly #scaleBase: (factor: number) => void;
  readonly #scaleOutput: readonly ((factor: number) => void)[];
  #copy:
    | {
        readonly tensor: Tensor;
        readonly add: RunFor;
        readonly begin: Run;
        readonly scale: (factor: number) => void;
      }
    | undefined;
  #isCopied = false;
  #count = 0;
  #known = 0;
  #scale = 1;

  /**
   * @param kernels what computes, of the weight's arena
   * @param examples K: updates that wait at most
   */
  constructor(kernels: Kernels, weight: Tensor, examples: number) {
    const [fanIn, fanOut] = weight.shape as [number, number];
    const { arena } = kernels;
    this.examples = examples;
    this.#kernels = kernels;
    this.weight = weight;
    this.#inputs = arena.tensor([examples, fanIn]);
    this.#outputs = arena.tensor([examples, fanOut]);
    this.#products = arena.tensor([examples, fanOut]);
    this.#inputBytes = Array.from({ length: examples }, (_, i) => bytesOf(row(this.#inputs, i)));
    this.#multiply = kernels.matmul(this.#inputs, weight, { tensor: this.#products, beta: 0 });
    this.#settle = this.#adder(weight);
    this.#scaleBase = kernels.scale(weight);
    this.#scaleOutput = Array.from({ length: examples }, (_, i) => kernels.scale(row(this.#outputs, i)));
  }

  /** How many of the next examples' inputs it would look at; 0 while it knows the next one's. */
  get wanted(): number {
    return this.#known > this.#count ? 0 : this.examples - this.#count;
  }

  /** Whether the weight is not what its tensor holds. */
  get isPending(): boolean {
    return this.#count > 0 || this.#scale !== 1;
  }

  /** Takes in the inputs of the examples that come next [n, fanIn], in their order. Others may come all the same. */
  lookAhead(inputs: Tensor): void {
    const [, fanIn] = this.#inputs.shape as [number, number];
    const values = elements(inputs).subarray(0, this.wanted * fanIn);
    this.#inputs.data.set(values, this.#inputs.offset + this.#count * fanIn);
    this.#known = this.#count + values.length / fanIn;
    this.#multiply();
  }

  /** Binds output ← input·W + bias for one example. */
  affine(input: Tensor, bias: Tensor, output: Tensor): Run {
    const kernels = this.#kernels;
    const settled = kernels.affine(input, this.weight, bias, output);
    const sink: Sink = { tensor: output, beta: 0 };
    const product = kernels.matmul(input, this.weight, sink);
    const taken = perCount((i) => kernels.copy(row(this.#products, i), sink));
    const correct = this.#corrections(input, this.#inputs, this.#outputs, output);
    const scale = kernels.scale(output);
    const addBias = kernels.copy(reshape(bias, output.shape), { tensor: output, beta: 1 });
    const bytes = bytesOf(input);
    return () => {
      const known = this.#find(bytes);
      if (known === undefined && !this.isPending) return settled();
      if (known === undefined) product();
      else taken(known)();
      if (this.#count > 0) correct(this.#count)();
      if (this.#scale !== 1) scale(this.#scale);
      addBias();
    };
  }

  /** Binds sink ← dOutput·Wᵀ for one example. */
  timesTransposed(dOutput: Tensor, sink: Sink): Run {
    const kernels = this.#kernels;
    const transposed = this.weight.transpose(1, 0);
    const product = kernels.matmul(dOutput, transposed, sink);
    const correct = this.#corrections(dOutput, this.#outputs, this.#inputs, sink.tensor);
    const scaled = kernels.arena.tensor(dOutput.shape);
    const copy = kernels.copy(dOutput, { tensor: scaled, beta: 0 });
    const scale = kernels.scale(scaled);
    const scaledProduct = kernels.matmul(scaled, transposed, sink);
    const correctScaled = this.#corrections(scaled, this.#outputs, this.#inputs, sink.tensor);
    return () => {
      if (this.#scale === 1) {
        product();
        if (this.#count > 0) correct(this.#count)();
        return;
      }
      copy();
      scale(this.#scale);
      scaledProduct();
      if (this.#count > 0) correctScaled(this.#count)();
    };
  }

  /** Binds W ← (1 − shrink)·W − α·inputᵀ·dOutput for one example, α and the share that l2 takes given at each call. */
  append(input: Tensor, dOutput: Tensor): (learningRate: number, shrink: number) => void {
    const kernels = this.#kernels;
    const takeInput = perCount((i) => kernels.copy(input, { tensor: row(this.#inputs, i), beta: 0 }));
    const takeOutput = perCount((i) => kernels.copy(dOutput, { tensor: row(this.#outputs, i), beta: 0 }));
    const bytes = bytesOf(input);
    return (learningRate, shrink) => {
      const known = this.#find(bytes);
      const i = known ?? this.#count;
      if (known === undefined) takeInput(i)();
      takeOutput(i)();
      this.#scale *= 1 - shrink;
      this.#scaleOutput[i]?.(-learningRate / this.#scale);
      this.#count = i + 1;
      this.#isCopied = false;
      if (this.#count === this.examples) this.settle();
    };
  }

  /** Applies the updates that wait. */
  settle(): void {
    if (!this.isPending) {
      this.#known = 0;
      return;
    }
    if (this.#count > 0) this.#settle(this.#count)();
    if (this.#scale !== 1) this.#scaleBase(this.#scale);
    this.forget();
  }

  /** Drops them: other values are written to the weight. */
  forget(): void {
    this.#outputs.data.fill(0, this.#outputs.offset, this.#outputs.offset + this.#outputs.size);
    this.#count = 0;
    this.#known = 0;
    this.#scale = 1;
    this.#isCopied = false;
  }

  /** The weight after all updates: its own tensor where none waits, else a copy, which the next call overwrites. */
  settled(): Tensor {
    if (!this.isPending) return this.weight;
    const kernels = this.#kernels;
    if (this.#copy === undefined) {
      const tensor = kernels.arena.tensor(this.weight.shape);
      this.#copy = {
        tensor,
        begin: kernels.copy(this.weight, { tensor, beta: 0 }),
        add: this.#adder(tensor),
        scale: kernels.scale(tensor),
      };
    }
    const { tensor, begin, add, scale } = this.#copy;
    if (this.#isCopied) return tensor;
    begin();
    if (this.#count > 0) add(this.#count)();
    if (this.#scale !== 1) scale(this.#scale);
    this.#isCopied = true;
    return tensor;
  }

  save(): DeferredTensors | undefined {
    if (!this.isPending) return undefined;
    const copy = (view: Tensor): Tensor => tensor(elements(view).slice(), view.shape);
    return {
      base: copy(this.weight),
      inputs: copy(first(this.#inputs, this.#count)),
      outputs: copy(first(this.#outputs, this.#count)),
      scale: tensor(Float64Array.of(this.#scale)),
    };
  }

  restore({ base, inputs, outputs, scale }: DeferredTensors): void {
    this.forget();
    elements(this.weight).set(elements(base));
    elements(this.#inputs).set(elements(inputs));
    elements(this.#outputs).set(elements(outputs));
    this.#count = inputs.shape[0] as number;
    this.#scale = scale.get(0);
  }

  /** tensor ← tensor + XᵀD of the updates that wait. */
  #adder(tensor: Tensor): RunFor {
    return perCount((count) =>
      this.#kernels.matmul(first(this.#inputs, count).transpose(1, 0), first(this.#outputs, count), {
        tensor,
        beta: 1,
      }),
    );
  }

  /** output ← output + (x·Aᵀ)·B, of the rows of A and B that wait. */
  #corrections(x: Tensor, a: Tensor, b: Tensor, output: Tensor): RunFor {
    const kernels = this.#kernels;
    return perCount((count) => {
      const coefficients = kernels.arena.tensor([1, count]);
      const multiply = kernels.matmul(x, first(a, count).transpose(1, 0), { tensor: coefficients, beta: 0 });
      const add = kernels.matmul(coefficients, first(b, count), { tensor: output, beta: 1 });
      return () => {
        multiply();
        add();
      };
    });
  }

  /** Which of the examples to come has this input, to the last bit. Those that are passed over never come. */
  #find(input: Uint8Array): number | undefined {
    for (let i = this.#count; i < this.#known; i++) {
      if (Buffer.compare(input, this.#inputBytes[i] as Uint8Array) === 0) return i;
    }
    return undefined;
  }
}

function perCount(bind: (count: number) => Run): RunFor {
  const bound: Run[] = [];
  return (count) => {
    bound[count] ??= bind(count);
    return bound[count] as Run;
  };
}

function first(matrix: Tensor, count: number): Tensor {
  return matrix.hi(count, matrix.shape[1] as number);
}

function row(matrix: Tensor, i: number): Tensor {
  return matrix.lo(i, 0).hi(1, matrix.shape[1] as number);
}

/** The bytes of numbers that lie side by side, which are compared faster than numbers. */
function bytesOf({ data, offset, size }: Tensor): Uint8Array {
  const { BYTES_PER_ELEMENT: width } = data;
  return Buffer.from(data.buffer, data.byteOffset + offset * width, size * width);
}
