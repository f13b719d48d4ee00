import * as table from './table.js';
import type { UpdateRule } from './updateRule.js';

/** Name of an update rule of the table. */
export type RuleName = keyof typeof table;

/** The update rules that kernels know, by name. */
export const rules: Readonly<Record<RuleName, UpdateRule>> = table;
