import type { Tensor } from '@fluxion/tensor';
import type { MinibatchColumn } from './minibatchColumn.js';

/** Memory for examples, which rows of the window's blocks are written to and lent from. */
export interface ExampleRoom {
  readonly gather: MinibatchColumn['gather'];
  readonly lend: (size: number) => Tensor;
}

/** Shows rows before their turn, in a room of their own, which is made anew only where more are asked for than it holds. */
export function peekRows(makeRoom: (examples: number) => ExampleRoom): NonNullable<MinibatchColumn['peek']> {
  let room: ExampleRoom | undefined;
  let examples = 0;
  return (blocks, rows, count) => {
    if (room === undefined || examples < count) {
      room = makeRoom(count);
      examples = count;
    }
    room.gather(blocks, rows, 0, count);
    return room.lend(count);
  };
}
