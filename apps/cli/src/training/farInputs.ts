import type { Examples } from '@fluxion/data';
import { elements } from '@fluxion/tensor';
import type { Prepared } from '../preparation/prepared.js';

/** What is beyond this trains badly. */
const FAR = 100;

/** Finds the columns of numbers beyond ±100 that a model takes as they are; an encoder knows its own. */
export class FarInputs {
  readonly columns: Set<string> = new Set();
  readonly #inputs: readonly (readonly [name: string, columns: readonly string[]])[];

  constructor(about: Prepared['about']) {
    const inputs = 'inputs' in about ? about.inputs : {};
    this.#inputs = Object.entries(inputs).map(([name, { columns }]) => [name, columns]);
  }

  see({ size, inputs }: Pick<Examples, 'size' | 'inputs'>): void {
    for (const [name, columns] of this.#inputs) {
      const input = inputs[name];
      if (input === undefined || !('dtype' in input)) continue;
      const values = elements(input);
      const width = values.length / size;
      for (let i = 0; i < values.length; i++) {
        if (Math.abs(values[i] as number) <= FAR) continue;
        this.columns.add(columns[Math.floor(((i % width) * columns.length) / width)] as string);
      }
    }
  }
}
