import { type Activation, type InitializerName, relu, sigmoid, tanh } from '@fluxion/layers';
import { losses } from '@fluxion/loss';
import { Option } from 'commander';
import { choiceOption } from './choiceOption.js';
import { parseNumber, positiveInteger } from './numberOption.js';

/**
 * The units of each hidden layer: `--hidden 500,100`, or `--hidden none`.
 *
 * @param usual what the help calls the default
 */
export function hiddenOption(usual: string): Option {
  const flags = '--hidden <units>';
  return new Option(
    flags,
    `units of each hidden layer, with commas between; none for no such layer (default: ${usual})`,
  ).argParser((text) =>
    text === 'none' ? [] : text.split(',').map((units) => parseNumber(units, flags, positiveInteger)),
  );
}

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

/** The loss, by its name in the registry. What compares examples with each other says nothing of a target. */
export function lossOption(description: string): Option {
  const ofTargets = Object.keys(losses).filter((kind) => losses[kind]?.().mixesExamples !== true);
  return choiceOption('--loss <name>', description, ofTargets);
}
