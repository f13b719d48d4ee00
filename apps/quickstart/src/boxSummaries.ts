import type { FlowGraph } from '@fluxion/graph';
import type { BoxSummary } from './report/runReport.js';

/** The boxes of a model in the order of fprop, each as the call that describes it: `linear(100)`. */
export function boxSummaries(model: FlowGraph): BoxSummary[] {
  return model.boxes.map(({ name, description, shape, parameters }) => {
    const { kind, name: _, children, ...options } = description;
    return {
      name,
      description: `${kind}(${Object.values(options).join(', ')})`,
      output: shape,
      parameters: [...parameters.values()].reduce((sum, { value }) => sum + value.size, 0),
    };
  });
}
