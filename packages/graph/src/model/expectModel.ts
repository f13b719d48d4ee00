import { expectObject } from '@fluxion/tensor';
import type { FlowGraph } from './flowGraph.js';

/**
 * Refuses what is no model.
 *
 * @throws {OptionError} `evaluate model: expected a model, got none; give one, as sequential([linear(10)], …)`
 */
export function expectModel(where: string, model: FlowGraph): FlowGraph {
  const fix = 'give one, as sequential([linear(10)], { inputShape: [784] })';
  return expectObject(`${where} model`, model, 'a model', ['boxes', 'parameters', 'description'], fix);
}
