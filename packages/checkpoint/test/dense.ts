import { type BoxDefinitions, FlowGraph, type FlowGraphOptions, type GraphDescription } from '@fluxion/graph';
import type { Shape } from '@fluxion/tensor';

/** Boxes of the least kind that has parameters: enough to be saved and loaded, they compute nothing. */
export const definitions: BoxDefinitions = {
  dense: {
    children: 1,
    options: ['units'],
    outputShape: ({ units }: { units: number }) => [units],
    parameters: ({ units }: { units: number }, [input]: readonly Shape[]) => ({
      weight: {
        shape: [input?.[0] as number, units],
        initializer: (values, _, random) => {
          for (let i = 0; i < values.length; i++) values[i] = random.uniform(i) - 0.5;
        },
        regularized: true,
        gradient: 'dense',
      },
      bias: { shape: [units], initializer: () => undefined, regularized: false, gradient: 'dense' },
    }),
    fprop: () => [],
    bprop: () => [],
  },
  average: {
    children: 1,
    outputShape: (_, [input]) => input as Shape,
    states: (_, [input]) => ({ mean: { shape: input as Shape, initializer: () => undefined } }),
    fprop: () => [],
    bprop: () => [],
  },
  join: {
    children: 'oneOrMore',
    outputShape: (_, [first]) => first as Shape,
    fprop: () => [],
    bprop: () => [],
  },
};

/** Two dense boxes on one another, and a box without parameters. */
export const description: GraphDescription = {
  inputs: { image: [3] },
  boxes: {
    hidden: { kind: 'dense', units: 4, children: ['image'] },
    logits: { kind: 'dense', units: 2, children: ['hidden'] },
    sum: { kind: 'join', children: ['logits', 'logits'] },
  } as GraphDescription['boxes'],
  outputs: ['sum'],
};

/** A model of these boxes. */
export function denseModel(options: Omit<FlowGraphOptions, 'definitions'> = {}): FlowGraph {
  return new FlowGraph(description, { ...options, definitions });
}

/** What the model has learned, by the name of the parameter. */
export function parameterValues(model: FlowGraph): Record<string, number[]> {
  return Object.fromEntries(model.parameters.map(({ name, value }) => [name, [...value.data]]));
}
