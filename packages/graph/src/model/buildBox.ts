import { type Kernels, type Random, random, type Tensor } from '@fluxion/tensor';
import type { StateDescription } from '../box/boxDefinition.js';
import type { Parameter, State } from '../box/parameter.js';
import type { InferredBox } from './inferShapes.js';

/** A box in a built graph. */
export interface Box extends Omit<InferredBox, 'parameters' | 'states'> {
  /** Its parameters by their short names: weight, bias. */
  readonly parameters: ReadonlyMap<string, MutableParameter>;
  /** Its states by their short names: mean, variance. */
  readonly states: ReadonlyMap<string, State>;
  /** What it draws from. */
  readonly random: Random;
}

type MutableParameter = { -readonly [K in keyof Parameter]: Parameter[K] };

/** Builds a box: its parameters and states initialised, each from random numbers of its own name. */
export function buildBox(box: InferredBox, kernels: Kernels, seed: number): Box {
  const { name, description } = box;
  const initialized = ({ shape, initializer }: StateDescription, fullName: string): Tensor => {
    const value = kernels.arena.tensor(shape);
    initializer(value.data, shape, random(seed, fullName));
    return value;
  };
  const parameters = Object.entries(box.parameters).map(([short, wanted]) => {
    const fullName = `${name}.${short}`;
    const value = initialized(wanted, fullName);
    const parameter: MutableParameter = {
      name: fullName,
      kind: description.kind,
      value,
      deferred: wanted.deferrable ? kernels.defer?.(value) : undefined,
      regularized: wanted.regularized,
      frozen: description.frozen ?? false,
    };
    return [short, parameter] as const;
  });
  const states = Object.entries(box.states).map(([short, wanted]) => {
    const fullName = `${name}.${short}`;
    return [short, { name: fullName, value: initialized(wanted, fullName) }] as const;
  });
  return {
    ...box,
    parameters: new Map(parameters),
    states: new Map(states),
    random: random(seed, name),
  };
}
