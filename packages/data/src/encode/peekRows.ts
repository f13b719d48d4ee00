import type { Tensor } from '@fluxion/tensor';
import type { MinibatchColumn } from './minibatchColumn.js';

/** Memory that rows of the window's blocks are written to, and lent from. */
export interface ExampleBuffer {
  readonly gather: MinibatchColumn['gather'];
  readonly lend: (size: number) => Tensor;
}

/** Shows rows before their turn, in a buffer of their own, which is replaced where more are asked for than it holds. */
export function peekRows(
  makeBuffer: (examples: number) => ExampleBuffer,
): NonNullable<MinibatchColumn['peek']> {
  let buffer: ExampleBuffer | undefined;
  let examples = 0;
  return (blocks, rows, count) => {
    if (buffer === undefined || examples < count) {
      buffer = makeBuffer(count);
      examples = count;
    }
    buffer.gather(blocks, rows, 0, count);
    return buffer.lend(count);
  };
}
