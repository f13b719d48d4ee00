import type { Kernels, Shape } from '@fluxion/tensor';
import type { Parameter } from '../box/parameter.js';
import type { GraphDescription } from '../description/graphDescription.js';
import type { Box } from './buildBox.js';

/** A graph with its boxes built: what passes, losses and gradients know of a model. */
export interface BuiltGraph {
  readonly description: GraphDescription;
  readonly kernels: Kernels;
  /** Shape of one example of each input. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** Names of the outputs, the main one first. */
  readonly outputs: readonly string[];
  /** In the order of fprop. */
  readonly boxes: readonly Box[];
  /** In the order of fprop. */
  readonly parameters: readonly Parameter[];
  /** The parameters that are not frozen, in the order of fprop; the same array until a `freeze` changes them. */
  readonly learning: readonly Parameter[];
  /** How often the parameters have changed. */
  readonly version: number;
  /** @throws {OptionError} when there is no box of that name. */
  box(name: string): Box;
}
