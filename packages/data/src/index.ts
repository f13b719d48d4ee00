export { arrowFile } from './arrowFile.js';
export { arrowStream } from './arrowStream.js';
export { arrowTable } from './arrowTable.js';
export type { ByteInput } from './byteReader.js';
export {
  type DataDescription,
  describe,
  type LabelsDescription,
  type NumbersDescription,
  type ValuesDescription,
} from './describe.js';
export { type ExampleReader, openExamples } from './exampleReader.js';
export type {
  ColumnOptions,
  ColumnSelection,
  Examples,
  ExamplesOptions,
  PerName,
  TargetKind,
} from './examples.js';
export type { Position } from './position.js';
export type { Block, OpenSource, Source } from './source.js';
