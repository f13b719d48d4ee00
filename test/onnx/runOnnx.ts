import { elements, type Labels, type Tensor } from '@fluxion/tensor';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';

/** What onnxruntime takes or gives. */
export type OnnxData =
  | Tensor
  | Labels
  | { readonly data: readonly string[] | Float64Array; readonly shape: number[] };

/** What ONNX Runtime makes of a model, by the name of the output. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, OnnxData>>,
): Promise<
  Readonly<Record<string, { readonly dims: readonly number[]; readonly data: readonly unknown[] }>>
> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feeds = Object.entries(inputs).map(([name, values]) => [name, ortTensor(values)] as const);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: Array.from(data as []) }]),
  );
}

function ortTensor(values: OnnxData): OrtTensor {
  const dims = [...values.shape];
  if (Array.isArray(values.data)) return new OrtTensor('string', values.data, dims);
  if (!('stride' in values)) return new OrtTensor('float64', values.data as Float64Array, dims);
  const numbers = elements(values as Tensor);
  if (values.data instanceof Int32Array) {
    return new OrtTensor('int64', BigInt64Array.from(Array.from(numbers), BigInt), dims);
  }
  return new OrtTensor('float32', Float32Array.from(numbers), dims);
}
