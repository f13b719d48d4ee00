import type { OnnxNode } from './onnxNode.js';

/** Makes boxes of a node, and says what its values are. @throws {Refusal} when boxes cannot express it. */
export type Operator = (node: OnnxNode) => void;

/** Operators by their type. */
export type Operators = Readonly<Record<string, Operator>>;
