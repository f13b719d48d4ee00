import { saveModel } from '@fluxion/checkpoint';
import { importOnnx } from '@fluxion/onnx';
import { formatShape, type Shape } from '@fluxion/tensor';
import { formatCount, printLine } from '@fluxion/terminal';
import type { Host } from '../host.js';
import { countParameters } from '../model/modelSummary.js';
import { jsonLine } from '../output/jsonLine.js';

/** What the command line says. */
export interface ImportOptions {
  readonly out: string;
  readonly inputShape?: Readonly<Record<string, Shape>>;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Saves the model that an ONNX file holds. */
export async function importModel(
  file: string,
  { out, inputShape = {}, json, quiet }: ImportOptions,
  { stdout }: Host,
): Promise<void> {
  const model = await importOnnx(file, { inputShapes: inputShape });
  await saveModel(out, model);
  const parameters = countParameters(model);
  const outputs = Object.fromEntries(model.outputs.map((name) => [name, model.box(name).shape]));
  const { inputs, boxes } = model;
  if (json)
    stdout.write(jsonLine({ event: 'summary', out, inputs, outputs, boxes: boxes.length, parameters }));
  else if (!quiet) {
    const list = (values: typeof inputs): string =>
      Object.entries(values)
        .map(([name, shape]) => `${name} ${formatShape(shape)}`)
        .join(', ');
    printLine(
      stdout,
      `${out}: ${list(inputs)} → ${list(outputs)}, ${boxes.length} boxes, ${formatCount(parameters)} parameters`,
    );
  }
}
