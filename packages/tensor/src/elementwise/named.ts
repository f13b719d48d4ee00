import * as table from './table.js';

/** Name of an elementwise function of the table. */
export type ElementwiseName = keyof typeof table;

/** The elementwise functions that kernels know, by name. */
export const elementwise: typeof table = table;
