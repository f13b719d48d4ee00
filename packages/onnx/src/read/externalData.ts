import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type TensorProto, TensorProto_DataLocation } from '../proto/onnx_pb.js';
import { readRegular } from './readRegular.js';

/** Whether a tensor's bytes lie in another file. */
export function isExternal({ dataLocation, externalData }: TensorProto): boolean {
  return dataLocation === TensorProto_DataLocation.EXTERNAL || externalData.length > 0;
}

/**
 * The bytes of a tensor that lie in a file beside the model, and nowhere else: a path that leads out of the model's folder,
 * by whatever way, is refused.
 *
 * @param folder the model's; undefined where it has none
 * @param versions of the files that tensors of this model were read from: all of one writing
 * @throws {Error} saying what is wrong.
 */
export async function externalBytes(
  tensor: TensorProto,
  folder: string | undefined,
  versions: Map<string, string>,
): Promise<Uint8Array> {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (folder === undefined) {
    throw new Error(
      `expected its numbers in the bytes, got those of '${location}'; give the path of the model`,
    );
  }
  const path = await inside(folder, location);
  const { bytes, version } = await readRegular(path, (size) => {
    const offset = Number(entries.get('offset') ?? 0);
    const length = Number(entries.get('length') ?? size - offset);
    if ([offset, length].every((n) => Number.isSafeInteger(n) && n >= 0) && offset + length <= size) {
      return { offset, length };
    }
    throw new Error(`expected bytes within the ${size} of '${location}', got ${length} from ${offset} on`);
  });
  const before = versions.get(path) ?? version;
  if (before !== version)
    throw new Error(`expected '${location}' as it was, got another; read it when it is written`);
  versions.set(path, version);
  return bytes;
}

/** The file that a location names, its links followed. */
async function inside(folder: string, location: string): Promise<string> {
  const root = await realpath(folder);
  const refusal = `expected a file in the model's folder, got '${location}'`;
  if (location === '' || !resolve(root, location).startsWith(root + sep)) throw new Error(refusal);
  const path = await realpath(join(root, location)).catch((cause) => {
    throw new Error(`expected the file '${location}' beside the model, could not find it`, { cause });
  });
  if (!path.startsWith(root + sep) || !(await stat(path)).isFile()) throw new Error(refusal);
  return path;
}
