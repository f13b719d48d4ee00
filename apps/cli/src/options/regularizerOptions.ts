import type { Regularizer } from '@fluxion/graph';
import { l1, l2, sum } from '@fluxion/loss';
import type { Command } from 'commander';
import { numberOption, zeroOrMore } from './numberOption.js';

/** Strengths of the regularizers, as the command line gives them. */
export interface RegularizerOptions {
  readonly l1: number;
  readonly l2: number;
}

/** Adds `--l1` and `--l2`. */
export function withRegularizerOptions(command: Command): Command {
  return command
    .addOption(numberOption('--l1 <strength>', 'λ of the regularizer λ Σ|W|', zeroOrMore).default(0))
    .addOption(numberOption('--l2 <strength>', 'λ of the regularizer λ ΣW²', zeroOrMore).default(0));
}

/** Ω of these options. */
export function createRegularizer(options: RegularizerOptions): Regularizer {
  return sum(l1(options.l1), l2(options.l2));
}
