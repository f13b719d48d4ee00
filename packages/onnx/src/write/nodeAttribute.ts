import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
} from '../proto/onnx_pb.js';

/** What an attribute of a node can be: a number is an integer, one in an object a float. */
export type AttributeValue =
  | number
  | string
  | { readonly float: number }
  | readonly number[]
  | readonly string[];

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** An attribute as ONNX writes it. */
export function nodeAttribute(name: string, value: AttributeValue): AttributeProto {
  const attribute = (type: AttributeType, rest: object): AttributeProto =>
    create(AttributeProtoSchema, { name, type, ...rest });
  if (typeof value === 'number') return attribute(AttributeType.INT, { i: BigInt(value) });
  if (typeof value === 'string') return attribute(AttributeType.STRING, { s: bytesOf(value) });
  if ('float' in value) return attribute(AttributeType.FLOAT, { f: value.float });
  if (value.every((one) => typeof one === 'string')) {
    return attribute(AttributeType.STRINGS, { strings: value.map(bytesOf) });
  }
  return attribute(AttributeType.INTS, { ints: (value as readonly number[]).map(BigInt) });
}
