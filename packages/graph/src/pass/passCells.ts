import type { Labels, Shape, Tensor } from '@fluxion/tensor';
import type { BoxCells } from '../box/boxCells.js';
import type { Box } from '../model/buildBox.js';
import type { BuiltGraph } from '../model/builtGraph.js';

/** Where the tensors of a pass come from. Their values are whatever was there. */
export interface Cells {
  tensor(shape: Shape): Tensor;
  indices(shape: Shape): Labels;
}

/** The cells of a pass: what losses, the way back and links are bound to. */
export interface PassCells {
  readonly model: BuiltGraph;
  readonly batchSize: number;
  /** Where further cells come from. */
  readonly cells: Cells;
  /**
   * The value of a box or an input of numbers, [batch, ...shape].
   *
   * @throws {OptionError} when there is none of that name.
   */
  value(name: string): Tensor;
  /** The mask [batch, length] that a box's value carries, if any. */
  mask(name: string): Tensor | undefined;
  /** What a box's kernels are bound to. */
  cellsOf(box: Box): BoxCells;
}
