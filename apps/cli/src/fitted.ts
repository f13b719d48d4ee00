import { type ProgressOutput, wrapText } from '@fluxion/terminal';

/** A line of text as it goes to an output: on a terminal broken between words, elsewhere one line. */
export function fitted(text: string, { isTTY, columns }: Pick<ProgressOutput, 'isTTY' | 'columns'>): string {
  return isTTY && columns ? wrapText(text, columns) : text;
}
