import { describe, expect, it } from 'vitest';
import { CheckpointError, DataError, OptionError, ShapeError, StateError } from './errors.js';

const cause = new Error('disk full');

describe('errors', () => {
  it.each([
    ['ShapeError', new ShapeError('no room', { cause })],
    ['OptionError', new OptionError('no room', { cause })],
    ['StateError', new StateError('no room', { cause })],
    ['CheckpointError', new CheckpointError('no room', { cause })],
    ['DataError', new DataError('no room', {}, { cause })],
  ])('%s is an Error of that name which keeps its cause', (name, error) => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(name);
    expect(String(error)).toBe(`${name}: no room`);
    expect(error.cause).toBe(cause);
  });
});

describe('DataError', () => {
  it('puts the place before the reason, from the file to the column', () => {
    const place = { file: 'digits.arrow', block: 4, row: 11, column: 'digit' };
    const error = new DataError('expected a number, got null', place);
    expect(error.message).toBe("digits.arrow, block 4, row 11, column 'digit': expected a number, got null");
    expect(error.place).toEqual(place);
    expect(error.reason).toBe('expected a number, got null');
  });

  it('names the line of a text instead of the row', () => {
    expect(new DataError('empty', { file: 'a.csv', line: 3, row: 1, column: 'x' }).message).toBe(
      "a.csv, line 3, column 'x': empty",
    );
  });

  it('leaves out what is not known; 0 is known', () => {
    expect(new DataError('empty', { file: 'digits.arrow' }).message).toBe('digits.arrow: empty');
    expect(new DataError('empty', { block: 0, row: 0 }).message).toBe('block 0, row 0: empty');
    expect(new DataError('empty', { file: undefined, column: 'digit' }).message).toBe(
      "column 'digit': empty",
    );
  });

  it('is the reason alone where no place is known', () => {
    expect(new DataError('empty').message).toBe('empty');
    expect(new DataError('empty').place).toEqual({});
  });
});
