import { isObservable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as fluxion from '../src/index.js';
import { enterNewFolder } from './files.js';

enterNewFolder();

/** What somebody may give in the place of what is meant. */
const mistaken: readonly (readonly unknown[])[] = [
  ...[[], [undefined], ['text'], [3], [-1.5], [true], [{}], [[]], [() => 1]],
  ...[
    [{}, {}],
    ['text', {}],
    [{}, 'text'],
  ],
];

/** Functions that look at nothing they are given, by the reason. Any other new one has to. */
const UNCHECKED: Readonly<Record<string, readonly string[]>> = {
  'they run within every pass, minibatch or row; TypeScript looks after their callers': [
    ...['argmax', 'elements', 'formatShape', 'given', 'indexAt', 'isContiguous', 'philox4x32', 'reshape'],
    ...['sameShape', 'shardPart', 'sizeOf', 'expectCurrent', 'expectShape', 'inTargetUnits', 'pictureShape'],
  ],
  'they are what checks and messages are made of': ['closest', 'expectNames', 'expectObject', 'numbersOf'],
  'they are for who writes boxes, operators, formats or ranks of their own': [
    ...['deferring', 'differingRank', 'encodeSafetensors', 'extendStep', 'fromBfloat16', 'fromFloat16'],
    ...['inferShapes', 'nativeLibrary', 'runIdentity', 'topologicalOrder', 'checkpointFolder', 'fingerprint'],
    ...['openRegular', 'versionOf'],
  ],
  'they write lines and pages, of plain data that TypeScript knows': [
    ...['boxSummaries', 'escapeControls', 'formatProgress', 'formatSeconds', 'html', 'printLine'],
    ...['progressLine', 'report', 'table', 'wrapText'],
  ],
  'it joins the job of its process, once': ['mpi'],
};
const unchecked = new Set(Object.values(UNCHECKED).flat());

type Call = (...given: readonly unknown[]) => unknown;

/** All public functions by name, classes apart. */
const functions = Object.entries(fluxion).filter(
  (entry): entry is [string, Call] => typeof entry[1] === 'function' && !/^class\b/.test(String(entry[1])),
);

/** What a call fails with, at once or later; undefined where it does not. */
async function failure(call: Call, given: readonly unknown[]): Promise<unknown> {
  try {
    const answer = await call(...given);
    if (isObservable(answer)) await answer.forEach(() => {});
  } catch (error) {
    return error;
  }
  return undefined;
}

const TYPED = [
  fluxion.OptionError,
  fluxion.ShapeError,
  fluxion.StateError,
  fluxion.DataError,
  fluxion.CheckpointError,
];

describe('every public function', () => {
  it('refuses what it cannot use with an error of ours', async () => {
    const others: string[] = [];
    for (const [name, call] of functions) {
      if (unchecked.has(name)) continue;
      for (const given of mistaken) {
        const error = await failure(call, given);
        if (error === undefined || TYPED.some((kind) => error instanceof kind)) continue;
        others.push(`${name}(${given.map(String).join(', ')}): ${error}`);
      }
    }
    expect(others).toEqual([]);
  });

  it('is there, if it is said to be unchecked', () => {
    const names = functions.map(([name]) => name);
    expect([...unchecked].filter((name) => !names.includes(name))).toEqual([]);
  });
});
