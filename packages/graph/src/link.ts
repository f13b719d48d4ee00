import type { Kernels, Run, Tensor } from '@fluxion/tensor';

/** What makes probabilities of an output: softmax or sigmoid of logits, or nothing where it is not made of logits. */
export type Link = 'softmax' | 'sigmoid' | 'identity';

/** An output under a link. */
export class LinkedOutput {
  /** Of the output's shape; the output itself under identity. */
  readonly tensor: Tensor;
  /** Computes it of what the output holds now. */
  readonly run: Run;

  constructor(kernels: Kernels, output: Tensor, link: Link) {
    this.tensor = link === 'identity' ? output : kernels.arena.tensor(output.shape);
    this.run =
      link === 'identity'
        ? () => {}
        : link === 'softmax'
          ? kernels.softmax(output, this.tensor)
          : kernels.elementwise('sigmoid', output, this.tensor);
  }
}
