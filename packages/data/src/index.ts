export type { NumberFormat } from './encode/cells/numberFormat.js';
export type { DateOrder } from './encode/cells/times.js';
export { WrittenRange } from './encode/cells/writtenRange.js';
export {
  type ColumnPlan,
  type EncodeRowsOptions,
  Encoder,
  type LeftOutColumn,
} from './encode/encoder/encoder.js';
export type { InputPlaces } from './encode/encoder/inputPlaces.js';
export type { MixedColumn } from './encode/encoder/mixedColumn.js';
export { type OnlineOptions, onlineEncoder } from './encode/encoder/onlineEncoder.js';
export { restoreEncoder } from './encode/encoder/restoreEncoder.js';
export type { ClassPrediction, RowPrediction } from './encode/encoder/rowPrediction.js';
export type { EncodedRows } from './encode/encoder/rowsEncoder.js';
export { type ClassTarget, inTargetUnits, type NumberTarget, type Target } from './encode/encoder/target.js';
export type { RowWeight } from './encode/encoder/weightEncoder.js';
export {
  type Calendar,
  type CalendarOptions,
  type CalendarPart,
  calendar,
} from './encode/encodings/calendar.js';
export type { CategoryOptions } from './encode/encodings/categories.js';
export type { EncodingDescription } from './encode/encodings/encoding.js';
export { type Hashed, type HashedOptions, hashed } from './encode/encodings/hashed.js';
export { type Indices, indices } from './encode/encodings/indices.js';
export { type MinMax, minMax } from './encode/encodings/minMax.js';
export { type AsIs, number } from './encode/encodings/number.js';
export type { NumericOptions } from './encode/encodings/numericColumn.js';
export { type OneHot, type OneHotOptions, oneHot } from './encode/encodings/oneHot.js';
export { type Quantile, quantile } from './encode/encodings/quantile.js';
export { type SetOptions, set, type WordSet } from './encode/encodings/set.js';
export { type Standardize, standardize } from './encode/encodings/standardize.js';
export { type Symlog, symlog } from './encode/encodings/symlog.js';
export { type Tokens, type TokensOptions, tokens } from './encode/encodings/tokens.js';
export { type Vector, type VectorOptions, vector } from './encode/encodings/vector.js';
export { type Words, type WordsOptions, words } from './encode/encodings/words.js';
export { fitEncoder } from './encode/fitting/fitEncoder.js';
export type { FitOptions } from './encode/fitting/fitOptions.js';
export type { TargetMeaning } from './encode/fitting/targetFit.js';
export type { ColumnOptions, ColumnSelection, PerName, TargetKind } from './encode/raw/columnOptions.js';
export type {
  DataDescription,
  LabelsDescription,
  NumbersDescription,
  ValuesDescription,
} from './encode/raw/dataDescription.js';
export { describe } from './encode/raw/describe.js';
export type { ExampleReader } from './examples/exampleReader.js';
export type {
  EncodedOptions,
  Examples,
  ExamplesOptions,
  Lease,
  ReadOptions,
  ShuffleOptions,
} from './examples/examples.js';
export { openExamples } from './examples/openExamples.js';
export { differingRank } from './order/differingRank.js';
export { holdOut, type RowFilter } from './order/holdOut.js';
export type { Position } from './order/position.js';
export { type GatheringShard, type Shard, shardPart } from './order/shard.js';
export { type ArrowFileOptions, arrowFile } from './sources/arrow/arrowFile.js';
export { arrowStream } from './sources/arrow/arrowStream.js';
export { arrowTable } from './sources/arrow/arrowTable.js';
export type { BadRowOptions } from './sources/badRows/badRowOptions.js';
export { type UsableRowsOptions, usableRows } from './sources/badRows/usableRows.js';
export type { ByteInput } from './sources/byteReader.js';
export { type CsvOptions, csvFile } from './sources/csv/csvFile.js';
export { expectSource } from './sources/expectSource.js';
export { files } from './sources/files.js';
export { type Fingerprint, fingerprint } from './sources/fingerprint.js';
export { type JsonLinesOptions, jsonLinesFile } from './sources/jsonLines/jsonLinesFile.js';
export type { NoticeOption } from './sources/noticeOption.js';
export { type Formats, openByName } from './sources/openByName.js';
export { type BatchInput, recordBatches, type Subscribable } from './sources/recordBatches.js';
export type { Block, OpenSource, Source } from './sources/source.js';
export type { TextKind } from './sources/text/columnBuilders.js';
