import type { Run, Tensor } from '@fluxion/tensor';
import type { PassMemory } from './passMemory.js';

/** What makes probabilities of an output: softmax or sigmoid of logits, or nothing where it is not made of logits. */
export type Link = 'softmax' | 'sigmoid' | 'identity';

/** The main output under a link. */
export class LinkedOutput {
  /** Of the output's shape; the output itself under identity. */
  readonly tensor: Tensor;
  /** Computes it of what the output holds now. */
  readonly run: Run;

  /** Made by `PassMemory.linked`. */
  constructor(memory: PassMemory, link: Link) {
    const { kernels, outputs } = memory.model;
    const output = memory.value(outputs[0] as string);
    this.tensor = link === 'identity' ? output : memory.cells.tensor(output.shape);
    this.run =
      link === 'identity'
        ? () => {}
        : link === 'softmax'
          ? kernels.softmax(output, this.tensor)
          : kernels.elementwise('sigmoid', output, this.tensor);
  }
}
