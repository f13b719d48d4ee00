import { type Encoder, type FitOptions, fitEncoder, vector, words } from '@fluxion/data';
import { pictureShape } from '@fluxion/images';
import type { Shape } from '@fluxion/tensor';
import type { InputPart } from '../model/inputVectors.js';
import type { Network } from '../model/tower.js';
import type { TrainingTable } from './trainingTable.js';

/** An encoder for a network, and where in its inputs pictures are. */
export interface Fitted {
  readonly encoder: Encoder;
  /** The one that was asked for, or for pictures a convolutional one. */
  readonly network: Network | undefined;
  readonly parts: readonly InputPart[];
}

/** Fits an encoder to what reads its inputs: pictures keep their shape, and a network gets texts as words in their order. */
export async function fitTo(
  { source, schema }: Pick<TrainingTable, 'source' | 'schema'>,
  options: FitOptions,
  asked: Network | undefined,
  signal: AbortSignal,
): Promise<Fitted> {
  const isInput = (name: string): boolean => options.input?.includes(name) ?? true;
  const pictures = new Map<string, Shape>();
  for (const field of schema.fields) {
    const shape = pictureShape(field);
    if (shape !== undefined && isInput(field.name)) pictures.set(field.name, shape);
  }
  const columns = Object.fromEntries([...pictures].map(([name, shape]) => [name, vector({ shape })]));
  const network = asked ?? (pictures.size > 0 ? 'conv' : undefined);
  const encoder = await fitEncoder(source, { ...options, columns }, signal);
  const texts = encoder.columns.filter(({ encoding }) => encoding === 'tokens').map(({ column }) => column);
  if (network === undefined || texts.length === 0)
    return { encoder, network, parts: partsOf(encoder, pictures) };
  const sequences = Object.fromEntries(texts.map((text) => [text, words()]));
  const reading = await fitEncoder(source, { ...options, columns: { ...columns, ...sequences } }, signal);
  return { encoder: reading, network, parts: partsOf(reading, pictures) };
}

/** Numbers of a column beyond which only those that are not zero are given to the model, but for lists. */
const MOST_DENSE = 1024;

/** Where pictures and lists are among the numbers of the encoder's input. */
function partsOf(encoder: Encoder, pictures: ReadonlyMap<string, Shape>): readonly InputPart[] {
  const parts: InputPart[] = [];
  let start = 0;
  const { inputs } = encoder;
  for (const { column, encoding, width } of encoder.columns) {
    if (column in inputs || (width > MOST_DENSE && encoding !== 'vector')) continue;
    const shape = pictures.get(column) ?? (encoding === 'vector' ? [width] : undefined);
    if (shape !== undefined) parts.push({ input: 'input', start, shape });
    start += width;
  }
  return parts;
}
