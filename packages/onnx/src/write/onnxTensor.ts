import { create } from '@bufbuild/protobuf';
import { elements, type Shape, type Tensor } from '@fluxion/tensor';
import { type TensorProto, TensorProto_DataType, TensorProtoSchema } from '../proto/onnx_pb.js';

/** Numbers of a tensor as ONNX float32, row-major. */
export function floatTensor(name: string, values: Tensor): TensorProto {
  return rawTensor(name, TensorProto_DataType.FLOAT, values.shape, Float32Array.from(elements(values)));
}

/** Numbers as ONNX float64. */
export function doubleTensor(name: string, values: readonly number[], shape: Shape): TensorProto {
  return rawTensor(name, TensorProto_DataType.DOUBLE, shape, Float64Array.from(values));
}

/** Whole numbers as ONNX int64: axes, shapes and indices. */
export function intTensor(name: string, values: readonly number[], shape: Shape): TensorProto {
  return rawTensor(name, TensorProto_DataType.INT64, shape, BigInt64Array.from(values, BigInt));
}

function rawTensor(
  name: string,
  dataType: TensorProto_DataType,
  shape: Shape,
  { buffer, byteOffset, byteLength }: Float32Array | Float64Array | BigInt64Array,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType,
    dims: shape.map(BigInt),
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}
