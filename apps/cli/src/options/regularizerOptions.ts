import type { Regularizer } from '@fluxion/graph';
import { l1, l2, sum } from '@fluxion/loss';
import type { Command } from 'commander';
import { numberOption, zeroOrMore } from './numberOption.js';

/** Strengths of the regularizers, as the command line gives them. */
export interface RegularizerOptions {
  readonly l1: number;
  readonly l2?: number;
}

/**
 * Adds `--l1` and `--l2`.
 *
 * @param usual what the help calls the default of l2
 */
export function withRegularizerOptions(command: Command, usual = '0'): Command {
  const l2 = numberOption('--l2 <strength>', `λ of the regularizer λ ΣW² (default: ${usual})`, zeroOrMore);
  return command
    .addOption(numberOption('--l1 <strength>', 'λ of the regularizer λ Σ|W|', zeroOrMore).default(0))
    .addOption(l2);
}

/** Ω of these options. */
export function createRegularizer(options: RegularizerOptions): Regularizer {
  return sum(l1(options.l1), l2(options.l2 ?? 0));
}
