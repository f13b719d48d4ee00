import { expectShape, OptionError, type Run, type Tensor } from '@fluxion/tensor';
import type { Link } from '../box/loss.js';
import type { PassCells } from './passCells.js';

/** An output under a link. */
export class LinkedOutput {
  /** Of the output's shape; the output itself under identity. */
  readonly tensor: Tensor;
  /** Computes it of what the output holds now. */
  readonly run: Run;

  /**
   * Made by `PassMemory.linked`.
   *
   * @throws {OptionError} when there is no such link; {ShapeError} when it is softmax and an example of the output is not a
   *   vector.
   */
  constructor(pass: PassCells, link: Link, name: string) {
    const { kernels } = pass.model;
    const output = pass.value(name);
    if (link === 'identity') {
      this.tensor = output;
      this.run = () => {};
      return;
    }
    if (link !== 'softmax' && link !== 'sigmoid') {
      throw new OptionError(
        `link: expected one of softmax, sigmoid, identity, got '${link}'; name one of these`,
      );
    }
    if (link === 'softmax') {
      const [, ...shape] = output.shape;
      if (shape.length === 0) expectShape(`softmax of '${name}'`, ['classes'], shape, 'end it with vectors');
    }
    this.tensor = pass.cells.tensor(output.shape);
    this.run =
      link === 'softmax'
        ? kernels.softmax(output, this.tensor)
        : kernels.elementwise('sigmoid', output, this.tensor);
  }
}
