import { type BoxDescription, type InputDescription, inputOptions } from '@fluxion/graph';
import { embedding, embeddingBag, flatten, reshapeTo, slice } from '@fluxion/layers';
import { type Shape, sizeOf } from '@fluxion/tensor';
import { UsageError } from '../usageError.js';
import { type Network, tower } from './tower.js';

/** Consecutive numbers of an input that are a picture or a sequence of that shape. */
export interface InputPart {
  readonly input: string;
  readonly start: number;
  readonly shape: Shape;
}

/** How inputs become vectors. */
export interface VectorOptions {
  readonly inputs: Readonly<Record<string, InputDescription>>;
  /** What reads pictures, texts and sequences; without it they are numbers and learned vectors side by side. */
  readonly network?: Network | undefined;
  /** The pictures and sequences among the numbers of an input, where it holds more. Default: each input is one. */
  readonly parts?: readonly InputPart[] | undefined;
}

/** Puts a box on others, and answers its name. */
export type Place = (box: BoxDescription, children: readonly string[]) => string;

/** Numbers in the vector that is learned of an index. */
const EMBEDDING = 16;

/**
 * Places the boxes that make a vector of each input: indices become learned vectors, and what a network reads is read by it.
 *
 * @returns the names of the vectors
 * @throws {UsageError} when a network has nothing to read.
 */
export function inputVectors({ inputs, network, parts }: VectorOptions, place: Place): readonly string[] {
  const onTop = (chain: readonly BoxDescription[], from: string): string =>
    chain.reduce((last, box) => place(box, [last]), from);
  if (typeof network === 'object') return [onTop(network, onlyInput(inputs))];

  let isRead = false;
  const read = (name: string, input: InputDescription): string | undefined => {
    const chain = network && tower(network, inputOptions(input));
    if (chain === undefined) return undefined;
    isRead = true;
    return onTop(chain, name);
  };
  const vectors = Object.entries(inputs).flatMap(([name, input]) => {
    const { shape, indices } = inputOptions(input);
    const weights = `${name}.weights`;
    if (indices !== undefined && weights in inputs) return [place(embeddingBag(EMBEDDING), [name, weights])];
    if (indices !== undefined) return [read(name, input) ?? onTop([embedding(EMBEDDING), flatten()], name)];
    // Weights of indices have gone into their sum.
    if (name.endsWith('.weights') && name.slice(0, -'.weights'.length) in inputs) return [];
    const own = parts?.filter((part) => part.input === name);
    if (network === undefined || own?.length === 0)
      return [shape.length === 1 ? name : place(flatten(), [name])];
    if (own === undefined)
      return [read(name, input) ?? (shape.length === 1 ? name : place(flatten(), [name]))];
    return pieces(sizeOf(shape), own).map(({ start, end, part }) => {
      const piece = end - start === sizeOf(shape) ? name : place(slice({ start, end }), [name]);
      if (part === undefined) return piece;
      return read(part.length === 1 ? piece : place(reshapeTo(part), [piece]), part) ?? piece;
    });
  });
  if (network === undefined || isRead) return vectors;
  throw new UsageError(
    `--network ${network}: expected a column of pictures, texts or lists to read, got numbers and words alone; leave it out`,
  );
}

/** The numbers of an input, cut where a part begins and ends. */
function pieces(
  size: number,
  parts: readonly InputPart[],
): readonly { readonly start: number; readonly end: number; readonly part?: Shape }[] {
  const found: { start: number; end: number; part?: Shape }[] = [];
  let at = 0;
  for (const { start, shape } of parts) {
    if (start > at) found.push({ start: at, end: start });
    at = start + sizeOf(shape);
    found.push({ start, end: at, part: shape });
  }
  if (at < size) found.push({ start: at, end: size });
  return found;
}

function onlyInput(inputs: VectorOptions['inputs']): string {
  const names = Object.keys(inputs);
  if (names.length === 1) return names[0] as string;
  throw new UsageError(
    `--network: expected one input for the boxes of a file, got ${names.join(', ')}; choose columns by --input, or give a whole graph by --model`,
  );
}
