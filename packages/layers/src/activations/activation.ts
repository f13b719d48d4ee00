import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import {
  type ElementwiseName,
  elementwise,
  numbersOf,
  OptionError,
  type Shape,
  type Tensor,
} from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** The functions of the elementwise table: each has a box of its name. */
export type ActivationKind = ElementwiseName;

/** Numbers that shape a function, where it takes some. */
export interface ActivationNumbers {
  readonly leakyRelu: {
    /** Slope below 0. Default 0.01. */
    readonly slope?: number;
  };
  readonly elu: {
    /** α, above 0: the value far below 0 is −α. Default 1. */
    readonly alpha?: number;
  };
  readonly clip: {
    /** Least value. Default 0. */
    readonly min?: number;
    /** Largest value. Default 1. */
    readonly max?: number;
  };
}

/** Options of a box that applies a function to each element. */
export type ActivationOptions<K extends ActivationKind = ActivationKind> = NameOption &
  (K extends keyof ActivationNumbers ? ActivationNumbers[K] : unknown);

/** Description of a box that applies a function to each element. */
export type Activation<K extends ActivationKind = ActivationKind> = BoxDescription &
  ActivationOptions<K> & { readonly kind: K };

/** Describes a box of one function. */
export type ActivationFactory<K extends ActivationKind> = (options?: ActivationOptions<K>) => Activation<K>;

/** The factory of a function's box. */
export function activation<K extends ActivationKind>(kind: K): ActivationFactory<K> {
  return (options) => {
    const description = { kind, ...options } as Activation<K>;
    numbersFor(kind, description, kind);
    return description;
  };
}

/** The names of the numbers that shape a function. */
function namesOf(kind: ActivationKind): readonly string[] {
  return Object.keys(elementwise[kind].options ?? {});
}

/**
 * The numbers of a description, which may have come from JSON.
 *
 * @throws {OptionError} when one is not what the function accepts, or not finite, or `min` is above `max`.
 */
function numbersFor(
  kind: ActivationKind,
  description: Activation,
  where: string,
): Readonly<Record<string, number>> {
  const given = Object.entries(description).filter(([name]) => namesOf(kind).includes(name));
  const numbers = numbersOf(where, elementwise[kind].options ?? {}, Object.fromEntries(given));
  const infinite = Object.entries(numbers).find(([, value]) => !Number.isFinite(value));
  if (infinite !== undefined) {
    throw new OptionError(
      `${where} ${infinite[0]}: expected a finite number, got ${infinite[1]}; give one, as 1e30`,
    );
  }
  const { min = 0, max = min } = numbers;
  if (min > max) {
    throw new OptionError(
      `${where} max: expected a number from min, ${min}, on, got ${max}; give such a number`,
    );
  }
  return numbers;
}

/** How the boxes of the elementwise table compute, by kind. */
export const activationBoxes: Readonly<Record<ActivationKind, BoxDefinition<Activation>>> =
  Object.fromEntries(
    (Object.keys(elementwise) as ActivationKind[]).map((kind) => [kind, activationBox(kind)]),
  ) as Record<ActivationKind, BoxDefinition<Activation>>;

function activationBox(kind: ActivationKind): BoxDefinition<Activation> {
  return {
    children: 1,
    options: namesOf(kind),
    passesNothingAtZero: kind === 'relu',
    mask: () => 'keeps',
    outputShape(description, [input], where) {
      numbersFor(kind, description, where);
      return input as Shape;
    },
    fprop: ({ kernels, description, inputs: [input], output }) => [
      kernels.elementwise(kind, input as Tensor, output, numbersFor(kind, description, kind)),
    ],
    bprop: ({ kernels, description, inputs: [input], output, dOutput, dInputs: [dInput] }) => [
      dInput &&
        kernels.elementwiseGradient(
          kind,
          input as Tensor,
          output,
          dOutput,
          dInput,
          numbersFor(kind, description, kind),
        ),
    ],
  };
}
