import { create, toBinary } from '@bufbuild/protobuf';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../proto/onnx_pb.js';
import { type AttributeValue, nodeAttribute } from './nodeAttribute.js';
import { doubleTensor, floatTensor, intTensor } from './onnxTensor.js';

/** What the numbers, indices or words of an input or output are. */
export type OnnxType = 'float32' | 'float64' | 'int64' | 'string';

/** An input or an output of an ONNX graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** Shape of one example; before it stands the axis of the minibatch. */
  readonly shape: Shape;
  /** What stands in it, where the name does not say it. The file has it too, as the value's `doc_string`. */
  readonly meaning?: string;
}

const types: Readonly<Record<OnnxType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int64: TensorProto_DataType.INT64,
  string: TensorProto_DataType.STRING,
};

/** Operators of the standard as of opset 17, of ONNX-ML as of opset 3; the IR of ONNX 1.12. */
const OPSET = 17;
const ML_OPSET = 3;
const IR_VERSION = 8;

/** Protocol buffers hold less than 2 GiB. */
const MAX_BYTES = 2 ** 31 - 2 ** 20;

/** The domain of operators on words and classes. */
const ML = 'ai.onnx.ml';
const ML_OPERATORS: readonly string[] = ['LabelEncoder'];

/** An ONNX graph as it is written: nodes in the order in which they compute, each value with a name of its own. */
export class OnnxGraph {
  readonly #nodes: NodeProto[] = [];
  readonly #constants = new Map<string, TensorProto>();
  readonly #names = new Set<string>();
  #bytes = 0;

  /** Takes a name, or where it is taken the next free one. */
  name(wanted: string): string {
    let free = wanted;
    for (let i = 2; this.#names.has(free); i++) free = `${wanted}.${i}`;
    this.#names.add(free);
    return free;
  }

  /** Adds a node, and answers the names of its values, the first as wanted. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    outputs: readonly string[],
  ): void {
    this.#nodes.push(
      create(NodeProtoSchema, {
        name: outputs.find((output) => output !== '') ?? '',
        opType: type,
        domain: ML_OPERATORS.includes(type) ? ML : '',
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => nodeAttribute(name, value)),
      }),
    );
  }

  /** Gives the value that was written last another name. */
  rename(from: string, to: string): void {
    const node = this.#nodes.findLast(({ output }) => output.includes(from)) as NodeProto;
    node.output = node.output.map((name) => (name === from ? to : name));
    if (node.name === from) node.name = to;
  }

  /** Numbers of the graph's own, as float32. */
  floats(wanted: string, values: Tensor): string {
    return this.#constant(wanted, (name) => floatTensor(name, values));
  }

  /** Numbers of the graph's own, as float64. */
  doubles(wanted: string, values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant(wanted, (name) => doubleTensor(name, values, shape));
  }

  /** Whole numbers of the graph's own. */
  ints(wanted: string, values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant(wanted, (name) => intTensor(name, values, shape));
  }

  #constant(wanted: string, make: (name: string) => TensorProto): string {
    const name = this.name(wanted);
    const tensor = make(name);
    this.#bytes += tensor.rawData.length;
    this.#constants.set(name, tensor);
    return name;
  }

  /**
   * The file.
   *
   * @throws {OptionError} when the parameters are more than one file of ONNX holds, 2 GiB.
   */
  toBytes(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): Uint8Array {
    if (this.#bytes > MAX_BYTES) {
      throw new OptionError(
        `exportOnnx model: expected parameters of less than 2 GiB, got ${this.#bytes} bytes; export a smaller model`,
      );
    }
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'fluxion',
      opsetImport: [
        { domain: '', version: BigInt(OPSET) },
        ...(this.#nodes.some(({ domain }) => domain === ML)
          ? [{ domain: ML, version: BigInt(ML_OPSET) }]
          : []),
      ],
      graph: create(GraphProtoSchema, {
        name: 'fluxion',
        node: this.#nodes,
        initializer: [...this.#constants.values()],
        input: inputs.map(valueInfo),
        output: outputs.map(valueInfo),
      }),
    });
    return toBinary(ModelProtoSchema, model);
  }
}

function valueInfo({ name, type, shape, meaning = '' }: OnnxValue): ValueInfoProto {
  const dim = [
    { value: { case: 'dimParam', value: 'batch' } } as const,
    ...shape.map((length) => ({ value: { case: 'dimValue', value: BigInt(length) } }) as const),
  ];
  return create(ValueInfoProtoSchema, {
    name,
    docString: meaning,
    type: { value: { case: 'tensorType', value: { elemType: types[type], shape: { dim } } } },
  });
}
