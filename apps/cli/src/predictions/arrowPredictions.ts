import { elements, type Floats } from '@fluxion/tensor';
import {
  AsyncByteQueue,
  type Data,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { PredictionLayout, PredictionsWriter } from './predictionLayout.js';

/**
 * Predictions as an Arrow IPC file, a record batch for each minibatch. `label` is dictionary-encoded where the classes
 * have names and int32 where they have not; the numbers are float32, in a FixedSizeList where the layout has a list.
 */
export function arrowPredictions(
  layout: PredictionLayout,
  file: { write(bytes: Uint8Array): void },
): PredictionsWriter {
  const columns = [...labelColumn(layout), ...numberColumns(layout)];
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, type, false)));
  const writer = new RecordBatchFileWriter().reset(new FileQueue(file), schema);
  return {
    write({ output, labels }) {
      const length = output.shape[0] as number;
      if (length === 0) return;
      const numbers = elements(output);
      const children = columns.map(({ data }) => data(length, numbers, labels));
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
  data(length: number, numbers: Floats, labels: Int32Array): Data;
}

function labelColumn({ label }: PredictionLayout): Column[] {
  if (label === undefined) return [];
  const name = 'label';
  if (label.names === undefined) {
    const type = new Int32();
    return [
      { name, type, data: (length, _, labels) => makeData({ type, length, nullCount: 0, data: labels }) },
    ];
  }
  const type = new Dictionary(new Utf8(), new Int32());
  const dictionary = vectorFromArray([...label.names], new Utf8());
  return [
    {
      name,
      type,
      data: (length, _, labels) => makeData({ type, length, nullCount: 0, data: labels, dictionary }),
    },
  ];
}

function numberColumns({ headings, list }: PredictionLayout): Column[] {
  const width = headings.length;
  const float = new Float32();
  if (list !== undefined) {
    const type = new FixedSizeList(width, new Field('item', float, false));
    return [
      {
        name: list,
        type,
        data: (length, numbers) => makeData({ type, length, nullCount: 0, child: floats(numbers) }),
      },
    ];
  }
  return headings.map((name, i) => ({
    name,
    type: float,
    data: (length, numbers) =>
      floats(Float32Array.from({ length }, (_, row) => numbers[row * width + i] as number)),
  }));
}

/** The numbers as Arrow data of their own: a model's memory is shared, and soon written over. */
function floats(numbers: Floats): Data<Float32> {
  return makeData({
    type: new Float32(),
    length: numbers.length,
    nullCount: 0,
    data: Float32Array.from(numbers),
  });
}

/** What the writer takes for its queue: bytes go to the file at once, so that none pile up. */
class FileQueue extends AsyncByteQueue {
  readonly #file: { write(bytes: Uint8Array): void };

  constructor(file: { write(bytes: Uint8Array): void }) {
    super();
    this.#file = file;
  }

  override write(bytes: Uint8Array): void {
    this.#file.write(bytes);
  }
}
