/** A tensor has another shape than the rule asks for. The message names the place, both shapes and the fix. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

/** An option has a value that cannot be used. The message names the option, the rule and the value. */
export class OptionError extends Error {
  override name = 'OptionError';
}

/** A call came at a time when it has no meaning, as a bprop against parameters updated since its fprop. */
export class StateError extends Error {
  override name = 'StateError';
}

/** A model or checkpoint on disk is damaged, incomplete or of another kind than asked for. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

/**
 * Where in the data a value was met. Blocks and rows count from 0 and are those of the file, not of the shuffled order;
 * lines of text count from 1.
 */
export interface DataPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly block?: number | undefined;
  readonly row?: number | undefined;
  readonly column?: string | undefined;
}

/** A file, a block, a row or a column of the data cannot be used: `place` says which one, the message says why. */
export class DataError extends Error {
  override name = 'DataError';
  readonly place: DataPlace;
  /** The message without the place. */
  readonly reason: string;

  constructor(reason: string, place: DataPlace = {}, options?: ErrorOptions) {
    super(`${formatPlace(place)}${reason}`, options);
    this.place = place;
    this.reason = reason;
  }
}

function formatPlace(place: DataPlace): string {
  const parts = [
    place.file,
    place.block === undefined ? undefined : `block ${place.block}`,
    place.line === undefined ? undefined : `line ${place.line}`,
    // A reader of text counts lines.
    place.row === undefined || place.line !== undefined ? undefined : `row ${place.row}`,
    place.column === undefined ? undefined : `column '${place.column}'`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}
