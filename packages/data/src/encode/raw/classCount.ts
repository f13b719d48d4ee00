import { DataError } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { forEachPiece } from '../../sources/forEachPiece.js';
import type { Column } from '../column.js';
import type { ColumnOptions } from './columnOptions.js';
import type { LabelsDescription } from './dataDescription.js';
import type { LabelColumn } from './labelColumn.js';
import { givenLabelNames, namesIn, sortedNames } from './labelNames.js';
import { numberLabels } from './numberLabels.js';
import { perName } from './perName.js';

/** Far more than a model has outputs: labels from here on are identifiers or numbers, and are not counted as classes. */
const MOST_CLASSES = 2 ** 20;

/** Counts the classes of a target, or collects their names, unless the options give them. */
export class ClassCount {
  readonly column: Column;
  /** Whether the data has to be seen to know. */
  readonly isOpen: boolean;
  readonly #isNamed: boolean;
  readonly #names = new Set<string>();
  readonly #given: readonly string[] | undefined;
  #classes: number;

  constructor({ name, column, isNamed }: LabelColumn, options: ColumnOptions) {
    const classes = perName(options.classes, name);
    this.column = column;
    this.#isNamed = isNamed;
    this.#given = isNamed ? givenLabelNames(options, name) : undefined;
    this.#classes = classes ?? 0;
    this.isOpen = isNamed ? this.#given === undefined : classes === undefined;
  }

  /** @throws {DataError} with the row, for a null, a number that is no label, or one that no model has classes for. */
  async see(data: Data): Promise<void> {
    const place = { column: this.column.name };
    if (this.#isNamed) {
      for (const name of await namesIn(data, place)) this.#names.add(name);
      return;
    }
    const labels = await numberLabels(data, MOST_CLASSES, place);
    await forEachPiece(labels.length, (from, to) => {
      for (let row = from; row < to; row++)
        this.#classes = Math.max(this.#classes, (labels[row] as number) + 1);
    });
  }

  /** @throws {DataError} when there was no label to be seen. */
  describe(file: string): LabelsDescription {
    const names = this.#isNamed ? (this.#given ?? sortedNames(this.#names)) : undefined;
    const classes = names?.length ?? this.#classes;
    if (classes === 0) {
      throw new DataError('expected at least one label, got none; give data with rows', {
        file,
        column: this.column.name,
      });
    }
    return {
      kind: 'labels',
      columns: [this.column.name],
      classes,
      ...(names === undefined ? {} : { names }),
    };
  }
}
