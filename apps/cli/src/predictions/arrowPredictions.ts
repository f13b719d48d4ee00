import type { DataPlace, Floats } from '@fluxion/tensor';
import {
  type Data,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { FileQueue } from '../output/fileQueue.js';
import type {
  OutputPrediction,
  PlaceColumn,
  PredictionLayout,
  PredictionsWriter,
} from './predictionLayout.js';

/**
 * Predictions as an Arrow IPC file, a record batch for each minibatch. `label` is dictionary-encoded where the classes
 * have names and int32 where they have not; probabilities and plain values are float32, in a FixedSizeList where the layout
 * has a list; what is in the units of the table is float64.
 *
 * @param places what is written of where each comes from
 */
export function arrowPredictions(
  layouts: readonly PredictionLayout[],
  file: { write(bytes: Uint8Array): void },
  places: readonly PlaceColumn[] = [],
): PredictionsWriter {
  const placeTypes = places.map((name) => (name === 'file' ? new Utf8() : new Float64()));
  const columns = layouts.flatMap((layout, i) => [...labelColumn(layout, i), ...numberColumns(layout, i)]);
  const schema = new Schema([
    ...places.map((name, i) => new Field(name, placeTypes[i] as DataType, true)),
    ...columns.map(({ name, type }) => new Field(name, type, false)),
  ]);
  const writer = new RecordBatchFileWriter().reset(new FileQueue(file), schema);
  return {
    write(length, predictions, locate) {
      if (length === 0) return;
      const found: DataPlace[] =
        places.length === 0 ? [] : Array.from({ length }, (_, row) => locate?.(row) ?? {});
      const children = [
        ...places.map((name, i) => {
          const values = found.map((place) => place[name] ?? null);
          return vectorFromArray(values, placeTypes[i] as Utf8).data[0] as Data;
        }),
        ...columns.map(({ data, output }) => data(length, predictions[output] as OutputPrediction)),
      ];
      const type = new Struct(schema.fields);
      writer.write(new RecordBatch(schema, makeData({ type, length, nullCount: 0, children })));
    },
    end() {
      writer.finish();
    },
  };
}

/** A column, and its values for a minibatch. */
interface Column {
  readonly name: string;
  readonly type: DataType;
  /** Which output it is of. */
  readonly output: number;
  data(length: number, prediction: OutputPrediction): Data;
}

function labelColumn({ label }: PredictionLayout, output: number): Column[] {
  if (label === undefined) return [];
  const { heading: name, names } = label;
  if (names === undefined) {
    const type = new Int32();
    const data = (length: number, { labels }: OutputPrediction): Data =>
      makeData({ type, length, nullCount: 0, data: labels });
    return [{ name, type, output, data }];
  }
  const type = new Dictionary(new Utf8(), new Int32());
  const dictionary = vectorFromArray([...names], new Utf8());
  const data = (length: number, { labels }: OutputPrediction): Data =>
    makeData({ type, length, nullCount: 0, data: labels, dictionary });
  return [{ name, type, output, data }];
}

function numberColumns({ headings, list, dtype }: PredictionLayout, output: number): Column[] {
  const width = headings.length;
  const number = dtype === 'float32' ? new Float32() : new Float64();
  if (list !== undefined) {
    const type = new FixedSizeList(width, new Field('item', number, false));
    const data = (length: number, { numbers }: OutputPrediction): Data =>
      makeData({ type, length, nullCount: 0, child: copied(numbers, number) });
    return [{ name: list, type, output, data }];
  }
  return headings.map((name, i) => ({
    name,
    type: number,
    output,
    data: (length, { numbers }) =>
      copied(
        Float64Array.from({ length }, (_, row) => numbers[row * width + i] as number),
        number,
      ),
  }));
}

/** The numbers as Arrow data of their own: a model's memory is shared, and soon written over. */
function copied(numbers: Floats, type: Float32 | Float64): Data<Float32 | Float64> {
  const data = type instanceof Float32 ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return makeData({ type, length: numbers.length, nullCount: 0, data } as Parameters<
    typeof makeData
  >[0]) as Data<Float32 | Float64>;
}
