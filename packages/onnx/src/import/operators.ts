import type { Operators } from './operator.js';
import { arithmetic } from './operators/arithmetic.js';
import { dense } from './operators/dense.js';
import { elementwise } from './operators/elementwise.js';
import { normalization } from './operators/normalization.js';
import { recurrent } from './operators/recurrent.js';
import { reduction } from './operators/reduction.js';
import { shape } from './operators/shape.js';
import { windows } from './operators/windows.js';

/** All operators that boxes can express. */
export const operators: Operators = {
  ...dense,
  ...arithmetic,
  ...elementwise,
  ...windows,
  ...normalization,
  ...recurrent,
  ...reduction,
  ...shape,
};
