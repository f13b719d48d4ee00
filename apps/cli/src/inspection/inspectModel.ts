import { formatShape } from '@fluxion/tensor';
import { formatCount, type ProgressOutput, printLine, table } from '@fluxion/terminal';
import type { Host } from '../host.js';
import { modelSummary, parameterCount, trainingSummary } from '../model/modelSummary.js';
import { type OpenedModel, openModel } from '../model/openModel.js';
import { jsonLine } from '../output/jsonLine.js';

/** What the command line says. */
export interface InspectOptions {
  readonly model: string;
  readonly json?: boolean;
}

/** Prints the boxes of a model. */
export async function inspectModel({ model, json }: InspectOptions, { stdout }: Host): Promise<void> {
  const opened = await openModel(model, 0);
  if (json) stdout.write(asJson(opened));
  else printBoxes(opened, stdout);
}

function asJson({ model, about }: OpenedModel): string {
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
  const { loss, target, epochs, trainedWith } = about ?? {};
  const parameters = model.boxes.reduce((sum, box) => sum + parameterCount(box), 0);
  return [
    ...lines,
    jsonLine({
      ...{ event: 'summary', inputs, outputs, seed, boxes: model.boxes.length, parameters },
      ...{ loss, target, epochs, trainedWith },
    }),
  ].join('');
}

function printBoxes({ model, about }: OpenedModel, output: ProgressOutput): void {
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
  const total = model.boxes.reduce((sum, box) => sum + parameterCount(box), 0);
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
  if (about !== undefined) {
    printLine(output, modelSummary(model, about));
    printLine(output, trainingSummary(about));
    output.write('\n');
  }
  for (const line of lines) output.write(`${line}\n`);
}
