import type { Encoder } from '@fluxion/data';
import type { OnnxGraph, OnnxValue } from '../write/onnxGraph.js';
import { calendar } from './columns/calendar.js';
import { numbers, scalings } from './columns/numbers.js';
import { vector } from './columns/vector.js';
import { indices, oneHot } from './columns/words.js';
import { ColumnWriter, type SavedColumn } from './columnWriter.js';
import { type WrittenInputs, writeMask } from './modelInputs.js';

/**
 * Writes what an encoder does with each column: raw columns in, the model's inputs out. What ONNX cannot do, as hashing words
 * or reading a date, becomes an input of numbers, and is said.
 */
export function writeEncoder(graph: OnnxGraph, encoder: Encoder): WrittenInputs {
  const inputs: OnnxValue[] = [];
  const values = new Map<string, string>();
  const masks = new Map<string, string>();
  const before: string[] = [];
  const parts: string[] = [];
  const isSparse = 'sparse' in encoder.inputs;
  for (const saved of savedColumns(encoder)) {
    const { column, encoding, width } = saved;
    if (isSparse && width > MOST_DENSE) {
      before.push(
        `'${column}' is encoded by ${encoding.kind}, as the model's inputs 'sparse' and 'sparse.weights' have it`,
      );
      continue;
    }
    const input = graph.name(column);
    const write = new ColumnWriter(graph, column);
    const take = (type: OnnxValue['type'], shape: OnnxValue['shape'], meaning: string): void => {
      inputs.push({ name: input, type, shape, meaning });
    };
    if (encoding.kind in scalings) {
      take('float64', [1], 'a number; NaN for a gap');
      parts.push(...numbers(write, input, saved));
    } else if (encoding.kind === 'calendar') {
      take('float64', [1], 'a time, in milliseconds since 1970; NaN for a gap');
      parts.push(...calendar(write, input, saved));
    } else if (encoding.kind === 'oneHot') {
      take('string', [1], 'a word; empty for a gap');
      parts.push(...oneHot(write, input, saved));
    } else if (encoding.kind === 'indices') {
      take('string', [1], 'a word; empty for a gap');
      values.set(column, indices(write, input, saved));
    } else if (encoding.kind === 'words') {
      take('int64', [width], `indices of the first ${width} words, −1 after the last`);
      before.push(`'${column}' is encoded by words: encoder.encode() gives its ${width} indices`);
      values.set(column, input);
      masks.set(column, graph.name(`${column}.mask`));
      writeMask(graph, input, masks.get(column) as string);
    } else if (encoding.kind === 'vector' && isGapless(encoding)) {
      take('float32', [width], vectorMeaning(saved));
      parts.push(vector(write, input, saved));
    } else {
      take('float32', [width], `the ${width} numbers that ${encoding.kind} makes of it`);
      before.push(`'${column}' is encoded by ${encoding.kind}: encoder.encode() gives its ${width} numbers`);
      parts.push(input);
    }
  }
  for (const [name, input] of Object.entries(encoder.inputs)) {
    if (name === 'input') values.set(name, joined(graph, parts));
    if (!name.startsWith('sparse')) continue;
    const shape = 'shape' in input ? input.shape : input;
    const own = graph.name(name);
    const meaning = 'indices' in input ? 'indices of what is not zero, −1 for none' : 'weights of these';
    inputs.push({ name: own, type: 'indices' in input ? 'int64' : 'float32', shape, meaning });
    values.set(name, own);
  }
  return { inputs, values, masks, before };
}

/** Which numbers of a list go in: those of the table, not those that the model makes of them. */
function vectorMeaning({ encoding, width }: SavedColumn): string {
  return encoding.scale === BYTES
    ? `${width} bytes, from 0 to 255`
    : `${width} numbers, as the table has them`;
}

/** The scale of bytes, as those of pictures. */
const BYTES = 1 / 255;

/** Whether lists are of one length, and none is missing. */
function isGapless({ longest, indicator }: SavedColumn['encoding']): boolean {
  return longest === undefined && indicator !== true;
}

/** Numbers of a column beyond which only those that are not zero are given to the model. */
const MOST_DENSE = 1024;

function joined(graph: OnnxGraph, parts: readonly string[]): string {
  const whole = graph.name('input');
  if (parts.length === 1) graph.node('Identity', parts, {}, [whole]);
  else graph.node('Concat', parts, { axis: 1 }, [whole]);
  return whole;
}

/** The columns of an encoder with what has been seen of them. */
function savedColumns(encoder: Encoder): readonly SavedColumn[] {
  const { options, tensors } = encoder.save();
  const columns = options.columns as readonly { readonly encoding: SavedColumn['encoding'] }[];
  return encoder.columns.map(({ column, width }, i) => {
    const own = [...tensors].filter(([name]) => name.startsWith(`${i}.`));
    const memory = Object.fromEntries(own.map(([name, values]) => [name.slice(`${i}.`.length), values]));
    return { column, width, encoding: (columns[i] as (typeof columns)[number]).encoding, memory };
  });
}
