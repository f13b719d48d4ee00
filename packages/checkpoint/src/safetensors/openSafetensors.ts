import type { FileHandle } from 'node:fs/promises';
import { CheckpointError, type Floats, openRegular, type Tensor, tensor, versionOf } from '@fluxion/tensor';
import { systemReason } from '../folder/systemReason.js';
import { decodeUtf8 } from '../json/decodeUtf8.js';
import { fromBfloat16, fromFloat16 } from './halfFloats.js';
import {
  MAX_HEADER_BYTES,
  type SafetensorsDType,
  type SafetensorsEntry,
  type SafetensorsHeader,
  safetensorsHeader,
} from './safetensorsHeader.js';

/** An open safetensors file, whose header has been checked. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  /**
   * Reads one tensor: F32, F16 and BF16 as float32, F64 as float64.
   *
   * @throws {CheckpointError} when there is no tensor of that name, its dtype is another, or the file has been written to meanwhile.
   */
  read(name: string): Promise<Tensor>;
  /** Closes the file. */
  close(): Promise<void>;
}

/** Node refuses to read more than 2³¹ − 1 bytes at once. */
const MAX_READ = 2 ** 30;

/** Tensors of these dtypes can be read as floats. */
const floats: { readonly [D in SafetensorsDType]?: (bytes: ArrayBuffer) => Floats } = {
  F64: (bytes) => new Float64Array(bytes),
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => fromFloat16(new Uint16Array(bytes)),
  BF16: (bytes) => fromBfloat16(new Uint16Array(bytes)),
};

/**
 * Opens a safetensors file and checks its header, before memory is taken for any tensor: nothing that a header claims
 * is believed beyond the size of the file.
 *
 * Format   8 bytes N, little-endian; N bytes of JSON `{"name":{"dtype","shape","data_offsets"},…}`; the numbers,
 *          little-endian and row-major
 *
 * @throws {CheckpointError} naming the file and the tensor, when the file is missing or is not as the format says.
 * @see https://github.com/huggingface/safetensors, "Format".
 * @example
 * const file = await openSafetensors('weights.safetensors');
 * try {
 *   const weight = await file.read('linear1.weight');
 * } finally {
 *   await file.close();
 * }
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  let opened: Awaited<ReturnType<typeof openRegular>>;
  try {
    opened = await openRegular(path);
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected a safetensors file, could not open it (${systemReason(cause)}); check the path`,
      { cause },
    );
  }
  const { file, size, version } = opened;
  try {
    const { header, dataStart } = await readHeader(file, size, path);
    return {
      ...header,
      path,
      read: async (name) => {
        const values = await readTensor(file, header.entries, name, dataStart, path);
        // A header of one writing and numbers of another make a model that nobody has saved.
        if (versionOf(await file.stat({ bigint: true })) === version) return values;
        throw new CheckpointError(
          `${path}: expected the file as it was when opened, but it has been written to; open it again when that is done`,
        );
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(
  handle: FileHandle,
  size: number,
  path: string,
): Promise<{ header: SafetensorsHeader; dataStart: number }> {
  if (size < 8) throw damaged(path, 'at least 8 bytes', `${size}`);
  const length = new DataView(await readBytes(handle, 0, 8, path)).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw damaged(path, `a header of at most ${MAX_HEADER_BYTES} bytes`, `a length of ${length}`);
  }
  const headerBytes = Number(length);
  if (headerBytes > size - 8) {
    throw damaged(path, `${8 + headerBytes} bytes or more for its header`, `${size}`);
  }
  const text = decodeUtf8(await readBytes(handle, 8, headerBytes, path), path);
  const dataStart = 8 + headerBytes;
  return { header: safetensorsHeader(text, size - dataStart, path), dataStart };
}

async function readTensor(
  handle: FileHandle,
  entries: ReadonlyMap<string, SafetensorsEntry>,
  name: string,
  dataStart: number,
  path: string,
): Promise<Tensor> {
  const entry = entries.get(name);
  if (entry === undefined) {
    throw new CheckpointError(
      `${path}: expected a tensor '${name}', there are ${[...entries.keys()].join(', ') || 'none'}; name one of these`,
    );
  }
  const toFloats = floats[entry.dtype];
  if (toFloats === undefined) {
    throw new CheckpointError(
      `${path}: tensor '${name}': expected one of ${Object.keys(floats).join(', ')}, got ${entry.dtype}; convert it to F32`,
    );
  }
  const bytes = await readBytes(handle, dataStart + entry.begin, entry.end - entry.begin, path);
  return tensor(toFloats(bytes), entry.shape);
}

/** Exactly the bytes asked for. The caller has compared them with the file's size, so the memory is bounded by it. */
async function readBytes(
  handle: FileHandle,
  start: number,
  length: number,
  path: string,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const wanted = Math.min(length - filled, MAX_READ);
    const { bytesRead } = await handle.read(bytes, filled, wanted, start + filled).catch((cause) => {
      throw new CheckpointError(
        `${path}: expected to read bytes ${start} to ${start + length}, could not (${systemReason(cause)}); get a copy from a sound disk`,
        { cause },
      );
    });
    if (bytesRead === 0) throw damaged(path, `${start + length} bytes`, `${start + filled}`);
    filled += bytesRead;
  }
  return bytes.buffer;
}

function damaged(path: string, expected: string, got: string): CheckpointError {
  return new CheckpointError(
    `${path}: expected ${expected}, got ${got}; the file is cut off or is no safetensors file: get an undamaged copy`,
  );
}
