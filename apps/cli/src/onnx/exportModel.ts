import { WholeFile } from '@fluxion/checkpoint';
import { exportOnnx, type OnnxValue } from '@fluxion/onnx';
import { formatShape } from '@fluxion/tensor';
import { formatCount, type ProgressOutput, printLine, table } from '@fluxion/terminal';
import type { Host } from '../host.js';
import type { ModelAbout } from '../model/modelAbout.js';
import { openSavedModel } from '../model/openModel.js';
import { jsonLine } from '../output/jsonLine.js';
import { UsageError } from '../usageError.js';

/** What the command line says. */
export interface ExportOptions {
  readonly model: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Writes a saved model as ONNX. */
export async function exportModel(out: string, options: ExportOptions, { stdout }: Host): Promise<void> {
  if (!out.toLowerCase().endsWith('.onnx'))
    throw new UsageError(`expected a file that ends in .onnx, got '${out}'`);
  const { model, about } = await openSavedModel(options.model);
  const { bytes, inputs, outputs, before } = exportOnnx(model);
  const notes = [...columnNotes(about), ...before];
  const file = new WholeFile(out);
  try {
    file.write(bytes);
    file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
  if (options.json)
    stdout.write(jsonLine({ event: 'summary', out, bytes: bytes.length, inputs, outputs, before: notes }));
  else if (!options.quiet) print(stdout, { out, bytes, inputs, outputs, notes });
}

/** What a model of columns, which has no encoder, leaves to those who use it. */
function columnNotes(about: ModelAbout | undefined): readonly string[] {
  if (about === undefined) return [];
  const inputs = Object.entries(about.inputs).map(
    ([input, { columns, scale }]) => `'${input}' is ${columns.join(', ')}${scaling(scale)}`,
  );
  const { names, columns, scale } = about.target;
  if (names !== undefined)
    return [...inputs, `the output's numbers are of the classes ${names.join(', ')}, in this order`];
  return scale === 1 ? inputs : [...inputs, `the output is ${columns.join(', ')} times ${scale}`];
}

/** What is to be done with each number of an input, in words. */
function scaling(scale: number): string {
  if (scale === 1) return '';
  return scale === 1 / 255 ? ', each byte divided by 255, so from 0 to 1' : `, each number times ${scale}`;
}

interface Written {
  readonly out: string;
  readonly bytes: Uint8Array;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly notes: readonly string[];
}

function print(stdout: ProgressOutput, { out, bytes, inputs, outputs, notes }: Written): void {
  const row =
    (kind: string) =>
    ({ name, type, shape, meaning = '' }: OnnxValue) =>
      [kind, name, type, formatShape(['batch', ...shape]), meaning] as const;
  const lines = table(
    [{ heading: '' }, { heading: 'name' }, { heading: 'type' }, { heading: 'shape' }, { heading: '' }],
    [...inputs.map(row('input')), ...outputs.map(row('output'))],
    stdout.isTTY ? stdout.columns : undefined,
  );
  for (const line of lines) stdout.write(`${line}\n`);
  for (const note of notes) printLine(stdout, `To be done before: ${note}.`);
  printLine(stdout, `${out}: ${formatCount(bytes.length)} bytes, opset 17`);
}
