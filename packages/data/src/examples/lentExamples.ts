import type { DataPlace, Tensor } from '@fluxion/tensor';
import type { Position } from '../order/position.js';
import type { Examples, Lease } from './examples.js';

/** The tensors of a minibatch. */
export type Tensors = Pick<Examples, 'inputs' | 'targets' | 'weights'>;

/** What lends its tensors, over and over. */
interface LentMinibatch {
  readonly targetColumn: string | undefined;
  /** Whether a lease is that of the examples which the tensors hold. */
  holds(lease: Lease): boolean;
  ahead(input: string, examples: number): Tensor | undefined;
  locate(index: number): DataPlace;
}

/** Over when the minibatch has been filled with others. */
export class MinibatchLease implements Lease {
  readonly #minibatch: LentMinibatch;

  constructor(minibatch: LentMinibatch) {
    this.#minibatch = minibatch;
  }

  isOver(): boolean {
    return !this.#minibatch.holds(this);
  }
}

/** Examples of a minibatch. What is only for error messages is looked up when it is asked for. */
export class LentExamples implements Examples {
  readonly size: number;
  readonly total: number;
  readonly inputs: Examples['inputs'];
  readonly targets: Examples['targets'];
  readonly weights: Examples['weights'];
  readonly number: number;
  readonly stride: number;
  readonly position: Position;
  readonly lease: Lease;
  readonly borrowed: boolean;
  readonly #minibatch: LentMinibatch;

  constructor(
    minibatch: LentMinibatch,
    size: number,
    total: number,
    { inputs, targets, weights }: Tensors,
    number: number,
    stride: number,
    position: Position,
    lease: Lease,
    borrowed: boolean,
  ) {
    this.borrowed = borrowed;
    this.#minibatch = minibatch;
    this.size = size;
    this.total = total;
    this.inputs = inputs;
    this.targets = targets;
    this.weights = weights;
    this.number = number;
    this.stride = stride;
    this.position = position;
    this.lease = lease;
  }

  get targetColumn(): string | undefined {
    return this.#minibatch.targetColumn;
  }

  ahead(input: string, examples: number): Tensor | undefined {
    return this.lease.isOver() ? undefined : this.#minibatch.ahead(input, examples);
  }

  locate(index: number): DataPlace {
    return this.#minibatch.locate(index);
  }
}
