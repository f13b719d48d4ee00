import { fromBfloat16, fromFloat16 } from '@fluxion/checkpoint';
import type { Shape } from '@fluxion/tensor';
import { type TensorProto, TensorProto_DataType as Type } from '../proto/onnx_pb.js';

/** Numbers that a graph brings along, or that follow from these. */
export interface Constant {
  readonly isConstant: true;
  readonly shape: Shape;
  /** Row-major. Of whole numbers one that is NaN is the size of the minibatch, which no one knows yet. */
  readonly values: Float32Array | Float64Array;
  /** Whether they are whole numbers or truth values. */
  readonly isWhole: boolean;
}

/** Numbers as a constant. */
export function constant(
  values: Float32Array | Float64Array | readonly number[],
  shape: Shape = [values.length],
  isWhole = false,
): Constant {
  return {
    isConstant: true,
    shape,
    values: ArrayBuffer.isView(values) ? values : Float64Array.from(values),
    isWhole,
  };
}

/** How the numbers of a type lie in bytes, and in the fields of a message. */
interface Storage {
  readonly bytes: number;
  readonly isWhole: boolean;
  ofBytes(buffer: ArrayBuffer): Float32Array | Float64Array;
  ofFields(tensor: TensorProto): Float32Array | Float64Array;
}

const ints = (tensor: TensorProto): Float64Array => Float64Array.from(tensor.int32Data);
const halves = ({ int32Data }: TensorProto): Uint16Array => Uint16Array.from(int32Data);

function whole(
  bytes: number,
  View: new (buffer: ArrayBuffer) => ArrayLike<number>,
  ofFields: Storage['ofFields'] = ints,
): Storage {
  return { bytes, isWhole: true, ofBytes: (buffer) => Float64Array.from(new View(buffer)), ofFields };
}

const storages: { readonly [type: number]: Storage } = {
  [Type.FLOAT]: {
    bytes: 4,
    isWhole: false,
    ofBytes: (buffer) => new Float32Array(buffer),
    ofFields: ({ floatData }) => Float32Array.from(floatData),
  },
  [Type.DOUBLE]: {
    bytes: 8,
    isWhole: false,
    ofBytes: (buffer) => new Float64Array(buffer),
    ofFields: ({ doubleData }) => Float64Array.from(doubleData),
  },
  [Type.FLOAT16]: {
    bytes: 2,
    isWhole: false,
    ofBytes: (buffer) => fromFloat16(new Uint16Array(buffer)),
    ofFields: (tensor) => fromFloat16(halves(tensor)),
  },
  [Type.BFLOAT16]: {
    bytes: 2,
    isWhole: false,
    ofBytes: (buffer) => fromBfloat16(new Uint16Array(buffer)),
    ofFields: (tensor) => fromBfloat16(halves(tensor)),
  },
  [Type.INT64]: {
    bytes: 8,
    isWhole: true,
    ofBytes: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
    ofFields: ({ int64Data }) => Float64Array.from(int64Data, Number),
  },
  [Type.INT32]: whole(4, Int32Array),
  [Type.INT16]: whole(2, Int16Array),
  [Type.INT8]: whole(1, Int8Array),
  [Type.UINT16]: whole(2, Uint16Array),
  [Type.UINT8]: whole(1, Uint8Array),
  [Type.BOOL]: whole(1, Uint8Array),
};

/** Axes of a tensor, at most; as many as PyTorch and NumPy allow. */
const MAX_AXES = 64;

/**
 * The numbers of a tensor.
 *
 * @param external its bytes, where they lie outside the file
 * @throws {Error} saying what is wrong with it.
 */
export function readConstant(tensor: TensorProto, external?: Uint8Array): Constant {
  const storage = storages[tensor.dataType];
  if (storage === undefined) {
    throw new Error(`expected numbers, got the type ${Type[tensor.dataType] ?? tensor.dataType}`);
  }
  const shape = shapeOf(tensor);
  const size = shape.reduce((product, length) => product * length, 1);
  const raw = external ?? tensor.rawData;
  const isRaw = external !== undefined || raw.length > 0;
  if (isRaw && raw.length !== size * storage.bytes) {
    throw new Error(`expected ${size * storage.bytes} bytes for [${shape}], got ${raw.length}`);
  }
  // Bytes in the file lie at any offset: a copy is aligned.
  const values = isRaw ? storage.ofBytes(new Uint8Array(raw).buffer) : storage.ofFields(tensor);
  if (values.length !== size) {
    throw new Error(`expected ${size} numbers for [${shape}], got ${values.length}`);
  }
  return constant(values, shape, storage.isWhole);
}

/** @throws {Error} when a length is invalid, or there are too many. */
function shapeOf({ dims }: TensorProto): Shape {
  const shape = dims.map(Number);
  if (shape.length > MAX_AXES || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new Error(`expected at most ${MAX_AXES} axes of whole lengths, got [${shape.slice(0, 8)}]`);
  }
  return shape;
}
