export type { ColumnOptions, ColumnSelection, PerName, TargetKind } from './encode/columnOptions.js';
export type {
  DataDescription,
  LabelsDescription,
  NumbersDescription,
  ValuesDescription,
} from './encode/dataDescription.js';
export { describe } from './encode/describe.js';
export { type ExampleReader, openExamples } from './examples/exampleReader.js';
export type { Examples, ExamplesOptions, Lease, ShuffleOptions } from './examples/examples.js';
export { holdOut, type RowFilter } from './order/holdOut.js';
export type { Position } from './order/position.js';
export { type ArrowFileOptions, arrowFile } from './sources/arrow/arrowFile.js';
export { arrowStream } from './sources/arrow/arrowStream.js';
export { arrowTable } from './sources/arrow/arrowTable.js';
export type { ByteInput } from './sources/byteReader.js';
export type { Block, OpenSource, Source } from './sources/source.js';
