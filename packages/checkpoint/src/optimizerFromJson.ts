import type { OptimizerProgress } from '@fluxion/graph';
import type { Shape } from '@fluxion/tensor';
import type { JsonValue } from './jsonValue.js';

/** What model.json says of an optimizer: all but the numbers in its tensors. */
export interface OptimizerDescription extends Omit<OptimizerProgress, 'tensors'> {
  /** Shapes by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** @throws {CheckpointError} saying where in the JSON. */
export function optimizerFromJson(json: JsonValue): OptimizerDescription {
  return {
    kind: json.field('kind').string(),
    options: Object.fromEntries(
      [...json.field('options').members()].map(([name, option]) => [
        name,
        typeof option.value === 'boolean' ? option.boolean() : option.number(),
      ]),
    ),
    step: json.field('step').integer(),
    shapes: new Map(
      [...json.field('tensors').members()].map(([name, shape]) => [
        name,
        shape.array().map((length) => length.integer()),
      ]),
    ),
  };
}
