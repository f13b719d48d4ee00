import { formatShape } from '@fluxion/tensor';
import { formatCount, type ProgressOutput, printLine, table } from '@fluxion/terminal';
import type { Host } from '../host.js';
import {
  countParameters,
  modelSummary,
  parameterCount,
  targetsOf,
  trainingSummary,
} from '../model/modelSummary.js';
import { type OpenedModel, openModel } from '../model/openModel.js';
import { savedTask } from '../model/savedTask.js';
import { jsonLine } from '../output/jsonLine.js';

/** What the command line says. */
export interface InspectOptions {
  readonly model: string;
  readonly json?: boolean;
}

/** Prints the boxes of a model. */
export async function inspectModel({ model, json }: InspectOptions, { stdout }: Host): Promise<void> {
  const opened = await openModel(model);
  if (json) stdout.write(asJson(opened));
  else printBoxes(opened, stdout);
}

function asJson(opened: OpenedModel): string {
  const { model, about, encoded } = opened;
  const lines = model.boxes.map((box) =>
    jsonLine({
      event: 'box',
      name: box.name,
      kind: box.description.kind,
      children: box.description.children,
      shape: box.shape,
      parameters: parameterCount(box),
    }),
  );
  const { inputs, outputs, seed } = model;
  const { epochs, trainedWith } = about ?? encoded?.about ?? {};
  const task = savedTask(opened);
  const parameters = countParameters(model);
  return [
    ...lines,
    jsonLine({
      ...{ event: 'summary', inputs, outputs, seed, boxes: model.boxes.length, parameters },
      loss: task?.outputs.map(({ loss }) => loss.kind).join(', '),
      ...(task && targetsOf(task)),
      columns: task?.columns,
      epochs,
      trainedWith,
    }),
  ].join('');
}

function printBoxes(opened: OpenedModel, output: ProgressOutput): void {
  const { model, about, encoded } = opened;
  const inputs = Object.entries(model.inputs).map(([name, shape]) => [
    name,
    'input',
    '',
    formatShape(shape),
    '',
  ]);
  const boxes = model.boxes.map((box) => {
    const frozen = [...box.parameters.values()].some(({ frozen }) => frozen);
    const count = parameterCount(box);
    return [
      box.name,
      box.description.kind,
      box.description.children.join(', '),
      formatShape(box.shape),
      count === 0 ? '' : formatCount(count),
      frozen ? 'frozen' : '',
    ];
  });
  const total = countParameters(model);
  const lines = table(
    [
      { heading: 'box' },
      { heading: 'kind' },
      { heading: 'children' },
      { heading: 'shape' },
      { heading: 'parameters', align: 'right' },
      { heading: '' },
    ],
    [...inputs, ...boxes, ['total', '', '', '', formatCount(total)]],
    output.isTTY ? output.columns : undefined,
  );
  const task = savedTask(opened);
  const soFar = about ?? encoded?.about;
  if (task !== undefined && soFar !== undefined) {
    printLine(output, modelSummary(model, task));
    printLine(output, trainingSummary(soFar));
    output.write('\n');
  }
  for (const line of lines) output.write(`${line}\n`);
}
