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
import { graphRails } from './graphRails.js';

/** What the command line says. */
export interface InspectOptions {
  readonly model: string;
  readonly json?: boolean;
}

/** Prints the boxes of a model, and draws how they hang together. */
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
  const cells = new Map<string, readonly string[]>();
  for (const [name, shape] of Object.entries(model.inputs)) {
    cells.set(name, ['input', '', formatShape(shape), '']);
  }
  for (const box of model.boxes) {
    const frozen = [...box.parameters.values()].some(({ frozen }) => frozen);
    const count = parameterCount(box);
    cells.set(box.name, [
      box.description.kind,
      box.description.children.join(', '),
      formatShape(box.shape),
      count === 0 ? '' : formatCount(count),
      frozen ? 'frozen' : '',
    ]);
  }
  const nodes = [
    ...Object.keys(model.inputs).map((name) => ({ name, children: [] })),
    ...model.boxes.map(({ name, description: { children } }) => ({ name, children })),
  ];
  const drawn = graphRails(nodes, model.outputs).map(({ rail, name }) =>
    name === undefined ? [rail] : [`${rail} ${name}`, ...(cells.get(name) ?? [])],
  );
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
    [...drawn, ['total', '', '', '', formatCount(total)]],
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
