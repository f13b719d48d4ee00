import { formatShape } from '@fluxion/tensor';
import { formatCount, table } from '@fluxion/terminal';
import { Command } from 'commander';
import { jsonLine } from '../jsonLine.js';
import { type OpenedModel, openModel } from '../model/openModel.js';
import { parameterCount } from '../model/parameterCount.js';
import { summaryOf } from '../model/summaryOf.js';

interface InspectOptions {
  readonly model: string;
  readonly json?: boolean;
}

/** `fluxion inspect`: the boxes of a model. */
export function inspect(): Command {
  return new Command('inspect')
    .summary('show the boxes of a model')
    .description(
      'Show the boxes of a model in the order of fprop, with the shape of one example and the number of parameters.',
    )
    .requiredOption('--model <path>', 'saved model or graph description')
    .option('--json', 'print a JSON object for each box, and a summary')
    .addHelpText(
      'after',
      `
Example:
  fluxion inspect --model model`,
    )
    .action(async (options: InspectOptions) => {
      const opened = await openModel(options.model, 0);
      process.stdout.write(options.json ? asJson(opened) : asText(opened));
    });
}

function asJson({ model }: OpenedModel): string {
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
  const parameters = model.boxes.reduce((sum, box) => sum + parameterCount(box), 0);
  return [
    ...lines,
    jsonLine({ event: 'summary', inputs, outputs, seed, boxes: model.boxes.length, parameters }),
  ].join('');
}

function asText({ model, about }: OpenedModel): string {
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
  );
  return [...(about === undefined ? [] : [summaryOf(model, about), '']), ...lines, ''].join('\n');
}
