import type { InitializerName } from '@fluxion/layers';
import { type Activation, relu, sigmoid, tanh } from '@fluxion/layers';
import type { Option } from 'commander';
import { choiceOption } from './choiceOption.js';

/** Name of an activation on the command line. */
export type ActivationName = 'tanh' | 'sigmoid' | 'relu';

/** What a name stands for: the box, and how the weights below it begin. */
export const activations: Readonly<
  Record<ActivationName, { readonly box: () => Activation; readonly initializer: InitializerName }>
> = {
  tanh: { box: tanh, initializer: 'glorotUniform' },
  sigmoid: { box: sigmoid, initializer: 'glorotUniform' },
  relu: { box: relu, initializer: 'heUniform' },
};

/**
 * The activation of the hidden layers.
 *
 * @param usual what it is where the option is not given
 */
export function activationOption(usual: ActivationName): Option {
  return choiceOption(
    '--activation <name>',
    `activation of the hidden layers (default: ${usual})`,
    Object.keys(activations),
  );
}
