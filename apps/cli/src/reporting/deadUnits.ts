import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { fprop } from '@fluxion/pipeline';
import { elements, sizeOf } from '@fluxion/tensor';
import type { Observable } from 'rxjs';

/** Share of the units of a box from which those that are dead are told of: a few are there in good runs too. */
const TOLD = 0.25;

/** What to say of boxes some of whose units are 0 for all examples, so that nothing is learned through them. */
export async function deadUnits(
  model: FlowGraph,
  examples: Observable<Examples>,
): Promise<readonly string[]> {
  const counts = model.boxes
    .filter(({ description }) => description.kind === 'relu')
    .map(({ name, shape }) => ({ name, alive: new Uint8Array(sizeOf(shape)) }));
  let seen = 0;
  await examples.pipe(fprop(model, { mode: 'predict' })).forEach(({ tape, examples }) => {
    seen += examples.size;
    for (const { name, alive } of counts) {
      const values = elements(tape.value(name));
      for (let i = 0; i < values.length; i++) if ((values[i] as number) > 0) alive[i % alive.length] = 1;
    }
  });
  return counts.flatMap(({ name, alive }) => {
    const dead = alive.reduce((sum, is) => sum + 1 - is, 0);
    if (seen === 0 || dead === 0 || dead < TOLD * alive.length) return [];
    return [
      `${dead} of ${alive.length} units of ${name} ${dead === 1 ? 'is' : 'are'} 0 for every one of ${seen} rows and ${dead === 1 ? 'learns' : 'learn'} nothing: try a smaller --learning-rate or --l2, or fewer --hidden units`,
    ];
  });
}
