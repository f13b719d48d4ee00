import { CheckpointError, formatShape, type Shape } from '@fluxion/tensor';
import type { JsonValue } from '../json/jsonValue.js';
import { parseJson } from '../json/parseJson.js';

/** Bits of one element, for every dtype that the format knows. */
const bitsPerElement = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** How a safetensors file names the type of a tensor's elements. */
export type SafetensorsDType = keyof typeof bitsPerElement;

/** A tensor as the header describes it. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** First byte, and the one after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface SafetensorsHeader {
  /** By name, in the order of their data. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  /** Free text by key. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The key that holds text and no tensor. */
export const METADATA = '__metadata__';

/** The reference implementation's limit, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** As many axes as PyTorch and NumPy allow. An ndarray compiles code for each number of axes, so it must be bounded. */
const MAX_AXES = 64;

const FIX = 'write the file again, or get an undamaged copy';

/**
 * Reads a safetensors header and checks it against the number of bytes that follow it: tensors of known dtypes that lie
 * one after the other, with no hole and no overlap, and fill the file exactly.
 *
 * @throws {CheckpointError} naming the file and the tensor.
 */
export function safetensorsHeader(text: string, dataBytes: number, file: string): SafetensorsHeader {
  if (!text.startsWith('{')) {
    const got = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 8));
    throw new CheckpointError(`${file}: expected a header that starts with '{', got ${got}; ${FIX}`);
  }
  const entries: [string, SafetensorsEntry][] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of parseJson(text, file).members()) {
    if (name === METADATA) metadata = readMetadata(value);
    else entries.push([name, readEntry(name, value, file)]);
  }
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  for (const [name, { begin, end }] of entries) {
    if (begin !== filled) {
      throw refuse(
        file,
        name,
        `data that begins at byte ${filled}, where the one before ends`,
        `byte ${begin}`,
      );
    }
    filled = end;
  }
  if (filled !== dataBytes) {
    throw new CheckpointError(
      `${file}: expected ${filled} bytes of tensors after the header, got ${dataBytes}; ${FIX}`,
    );
  }
  return { entries: new Map(entries), metadata };
}

function readMetadata(value: JsonValue): ReadonlyMap<string, string> {
  return new Map([...value.members()].map(([key, text]) => [key, text.string()]));
}

function readEntry(name: string, value: JsonValue, file: string): SafetensorsEntry {
  if (!isText(name)) throw refuse(file, name, 'a name of whole Unicode characters', 'half of one');
  const unknown = [...value.members().keys()].find(
    (key) => !['dtype', 'shape', 'data_offsets'].includes(key),
  );
  if (unknown !== undefined) {
    throw refuse(file, name, 'dtype, shape and data_offsets', `'${unknown}' too`);
  }
  const dtype = value.field('dtype').oneOf(Object.keys(bitsPerElement) as SafetensorsDType[]);
  const lengths = value.field('shape').array();
  if (lengths.length > MAX_AXES) {
    throw refuse(file, name, `at most ${MAX_AXES} axes`, `${lengths.length}`);
  }
  const shape = lengths.map((length) => length.integer());
  const offsets = value.field('data_offsets').array();
  if (offsets.length !== 2) throw value.field('data_offsets').refuse('[begin, end]', FIX);
  const [begin, end] = offsets.map((offset) => offset.integer()) as [number, number];

  const bits = shape.reduce((size, length) => product(size, length), product(1, bitsPerElement[dtype]));
  if (bits !== (end - begin) * 8) {
    const needed = Number.isFinite(bits) ? `${bits / 8}` : 'more than 2⁵⁰';
    throw refuse(file, name, `${needed} bytes for ${dtype} ${formatShape(shape)}`, `${end - begin}`);
  }
  return { dtype, shape, begin, end };
}

/** The product, infinite when it is too large to be exact: then it equals no number of bytes. */
function product(a: number, b: number): number {
  return Number.isSafeInteger(a * b) ? a * b : Number.POSITIVE_INFINITY;
}

/** Whether every surrogate has its other half, so that the text can be written as UTF-8 and read back. */
export function isText(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function refuse(file: string, name: string, expected: string, got: string): CheckpointError {
  return new CheckpointError(
    `${file}: tensor ${JSON.stringify(name)}: expected ${expected}, got ${got}; ${FIX}`,
  );
}
