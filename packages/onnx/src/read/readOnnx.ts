import { dirname } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { CheckpointError } from '@fluxion/tensor';
import { type GraphProto, type ModelProto, ModelProtoSchema } from '../proto/onnx_pb.js';
import { readRegular } from './readRegular.js';

/** A file of ONNX as it was read: nothing in it has been believed yet. */
export interface OnnxFile {
  /** What errors call it. */
  readonly file: string;
  /** Where its external data lies; undefined where the bytes came without a folder. */
  readonly folder: string | undefined;
  readonly graph: GraphProto;
  /** Version of the standard operators. */
  readonly opset: number;
}

/** Nodes, initializers, inputs and outputs, each: many times those of the largest models that are known. */
const MOST = 100_000;
/** What a message of Protocol Buffers can have: larger models have their weights in other files. */
const MOST_BYTES = 2 ** 31 - 1;
/** Versions of the standard operators whose meaning is known here. */
const OPSETS = { first: 1, last: 21 } as const;

/**
 * Reads a file of ONNX, or its bytes.
 *
 * @throws {CheckpointError} when it cannot be read, is no ONNX, is of an opset that is not known, or has beyond all reason
 *   many nodes.
 */
export async function readOnnx(source: string | Uint8Array): Promise<OnnxFile> {
  const file = typeof source === 'string' ? source : 'ONNX bytes';
  const bytes = typeof source === 'string' ? await bytesOf(source) : source;
  const model = decode(bytes, file);
  const { graph } = model;
  if (graph === undefined || graph.node.length + graph.output.length === 0) {
    throw new CheckpointError(`${file}: expected a model with a graph, got none; export the model again`);
  }
  for (const part of ['node', 'initializer', 'input', 'output'] as const) {
    if (graph[part].length > MOST) {
      throw new CheckpointError(
        `${file}: expected at most ${MOST} ${part}s, got ${graph[part].length}; import a part of the model`,
      );
    }
  }
  const folder = typeof source === 'string' ? dirname(source) : undefined;
  return { file, folder, graph, opset: opsetOf(model, file) };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const { bytes } = await readRegular(path, (size) => {
      if (size <= MOST_BYTES) return { offset: 0, length: size };
      throw new Error(`it has ${size} bytes, and ONNX at most ${MOST_BYTES}`);
    });
    return bytes;
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected a file of ONNX, could not read it (${(cause as Error).message}); check the path`,
      { cause },
    );
  }
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw new CheckpointError(
      `${file}: expected ONNX, could not decode it (${(cause as Error).message}); the file is truncated or not ONNX; get an undamaged copy`,
      { cause },
    );
  }
}

function opsetOf({ opsetImport }: ModelProto, file: string): number {
  const version = opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0n;
  if (version < OPSETS.first || version > OPSETS.last) {
    throw new CheckpointError(
      `${file}: expected opset ${OPSETS.first} to ${OPSETS.last}, got ${version}; export the model again, as with opset_version=17`,
    );
  }
  return Number(version);
}

/** Whether a domain is that of the standard operators. */
export function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
