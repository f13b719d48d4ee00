import { DataType, type Field, Type, UnionMode } from 'apache-arrow';
import { UnreadableError } from '../../withPlace.js';
import { OtherType } from '../metadata/arrowType.js';
import type { ArrowBatch, BatchNode, BatchRegion } from './arrowBatch.js';

/** Where one column of a record batch has its values: a node and its buffers, and the same for its children. */
export interface ColumnLayout {
  readonly type: DataType;
  readonly node: BatchNode;
  readonly regions: readonly BatchRegion[];
  readonly children: readonly ColumnLayout[];
}

/**
 * Divides the nodes and buffers of a record batch among its columns, in the order of the schema, without reading a
 * byte of its body.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#buffer-listing-for-each-layout
 */
export function columnLayouts(
  batch: ArrowBatch,
  types: readonly DataType[],
  version: number,
): ColumnLayout[] {
  let node = 0;
  let region = 0;
  let variadic = 0;

  const layout = (type: DataType): ColumnLayout => {
    const own = batch.nodes[node++];
    const isView = type.typeId === Type.BinaryView || type.typeId === Type.Utf8View;
    const count = bufferCount(type, version) + (isView ? (batch.variadicCounts[variadic++] ?? 0) : 0);
    const regions = batch.regions.slice(region, region + count);
    region += count;
    if (own === undefined || regions.length < count) {
      throw new UnreadableError(
        'expected as many buffers as its columns have, got fewer; write the data again',
      );
    }
    return { type, node: own, regions, children: childTypes(type).map(layout) };
  };

  return types.map((type) => {
    const column = layout(type);
    if (column.node.length !== batch.rows) {
      throw new UnreadableError(
        `expected ${batch.rows} rows in every column, got ${column.node.length}; write the data again`,
      );
    }
    return column;
  });
}

function bufferCount(type: DataType, version: number): number {
  if (type instanceof OtherType) return type.buffers;
  switch (type.typeId) {
    case Type.Null:
      return 0;
    case Type.FixedSizeList:
    case Type.Struct:
      return 1;
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
    case Type.LargeBinary:
      return 3;
    case Type.Union:
      // Until V4 a union had a validity bitmap too.
      return (DataType.isUnion(type) && type.mode === UnionMode.Dense ? 2 : 1) + (version < 4 ? 1 : 0);
    default:
      return 2;
  }
}

function childTypes(type: DataType): DataType[] {
  // A dictionary's children are those of its values, which lie in messages of their own.
  if (DataType.isDictionary(type)) return [];
  return (type.children ?? []).map((child: Field) => child.type);
}
