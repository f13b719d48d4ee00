import type { ColumnOptions } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { sizeOf } from '@fluxion/tensor';
import { lossFor, mainOutput } from '../model/lossFor.js';
import type { ModelAbout } from '../model/modelAbout.js';
import type { Task } from '../model/task.js';
import { inputColumns } from './selectInputs.js';

/** The task of a model that takes columns of numbers as they are, but for a factor. */
export function columnTask(
  about: Pick<ModelAbout, 'loss' | 'inputs' | 'target'>,
  model: FlowGraph,
  unused: readonly string[] = [],
): Task {
  const { columns, kind, scale, names } = about.target;
  const { name: output, shape } = mainOutput(model);
  const [units] = shape;
  const loss = lossFor(about.loss, model);
  const labels = kind === 'labels';
  const isYesOrNo = loss.kind === 'binaryCrossEntropy' && units === 1;
  const inputs: ColumnOptions = inputColumns(about);
  return {
    examples: (targets) =>
      targets
        ? {
            ...inputs,
            target: { target: columns },
            targetKind: kind,
            scale: { ...(inputs.scale as Record<string, number>), target: scale },
            labelNames: names,
            classes: labels ? units : undefined,
          }
        : inputs,
    columns: Object.entries(about.inputs).flatMap(([name, { columns, scale }]) =>
      columns.map((column) => ({
        column,
        encoding: scale === 1 ? 'number' : 'scaled',
        width: sizeOf(model.inputs[name] ?? []) / columns.length,
      })),
    ),
    leftOut: unused.map((column) => ({ column, why: 'it holds no numbers' })),
    outputs: [
      {
        output,
        columns,
        loss,
        names,
        classes: labels ? units : isYesOrNo ? 2 : undefined,
        mean: 0,
        deviation: 1 / scale,
      },
    ],
  };
}
