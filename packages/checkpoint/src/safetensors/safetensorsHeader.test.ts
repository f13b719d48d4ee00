import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { safetensorsHeader } from './safetensorsHeader.js';

const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown): string =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('safetensorsHeader', () => {
  test('lists tensors of every dtype in the order of their data', () => {
    const bytes = {
      BOOL: 8,
      F4: 4,
      F6_E2M3: 6,
      F6_E3M2: 6,
      U8: 8,
      I8: 8,
      F8_E5M2: 8,
      F8_E4M3: 8,
      F8_E8M0: 8,
      F8_E4M3FNUZ: 8,
      F8_E5M2FNUZ: 8,
      I16: 16,
      U16: 16,
      F16: 16,
      BF16: 16,
      I32: 32,
      U32: 32,
      F32: 32,
      C64: 64,
      F64: 64,
      I64: 64,
      U64: 64,
    };
    let begin = 0;
    const members = Object.entries(bytes).map(([dtype, length]) => {
      begin += length;
      return `"a ${dtype}":${entry(dtype, [2, 4], begin - length, begin)}`;
    });
    const { entries } = safetensorsHeader(`{${members.toReversed()}}`, begin, 'w');
    expect([...entries.values()].map(({ dtype }) => dtype)).toEqual(Object.keys(bytes));
  });

  test('takes empty tensors, scalars, metadata and padding', () => {
    const text = `{"s":${entry('F32', [], 0, 4)},"e":${entry('F64', [3, 0], 0, 0)},"__metadata__":{"a":"b"}}   `;
    const { entries, metadata } = safetensorsHeader(text, 4, 'w');
    expect([...entries.keys()]).toEqual(['e', 's']);
    expect(entries.get('e')).toEqual({ dtype: 'F64', shape: [3, 0], begin: 0, end: 0 });
    expect([...metadata]).toEqual([['a', 'b']]);
    expect(safetensorsHeader('{}', 0, 'w').entries.size).toBe(0);
  });

  test('a tensor may have the name of what every object has', () => {
    const { entries } = safetensorsHeader(`{"constructor":${entry('F32', [1], 0, 4)}}`, 4, 'w');
    expect(entries.get('constructor')?.shape).toEqual([1]);
    expect(entries.get('toString')).toBeUndefined();
  });

  const huge = Number.MAX_SAFE_INTEGER;
  test.each([
    ['', 0, "w: expected a header that starts with '{', got nothing"],
    [' {}', 0, 'w: expected a header that starts with \'{\', got " {}"'],
    ['[]', 0, 'w: expected a header that starts with \'{\', got "[]"'],
    ['\ufeff{}', 0, 'w: expected a header that starts with'],
    ['{} {}', 0, 'w: expected JSON'],
    ['{}\0', 0, 'w: expected JSON'],
    ['{}', 1, 'w: expected 0 bytes of tensors after the header, got 1; write the file again'],
    [`{"a":${entry('F32', [1], 0, 4)}}`, 3, 'w: expected 4 bytes of tensors after the header, got 3'],
    [
      `{"a":${entry('F32', [1], 0, 4)},"a":${entry('F32', [1], 4, 8)}}`,
      8,
      'w: expected each key once in an object, got "a" twice',
    ],
    [
      `{"a":${entry('F32', [1], 4, 8)}}`,
      8,
      'w: tensor "a": expected data that begins at byte 0, where the one before ends, got byte 4',
    ],
    [
      `{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 5, 9)}}`,
      9,
      'w: tensor "b": expected data that begins at byte 4, where the one before ends, got byte 5',
    ],
    [
      `{"a":${entry('F32', [2], 0, 8)},"b":${entry('F32', [1], 4, 8)}}`,
      8,
      'w: tensor "b": expected data that begins at byte 8, where the one before ends, got byte 4',
    ],
    [
      `{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 0, 4)}}`,
      4,
      'w: tensor "b": expected data that begins at byte 4, where the one before ends, got byte 0',
    ],
    [`{"a":${entry('F32', [2, 3], 0, 20)}}`, 20, 'w: tensor "a": expected 24 bytes for F32 [2, 3], got 20'],
    [`{"a":${entry('F32', [1], 4, 0)}}`, 4, 'w: tensor "a": expected 4 bytes for F32 [1], got -4'],
    [`{"a":${entry('F4', [3], 0, 1)}}`, 1, 'w: tensor "a": expected 1.5 bytes for F4 [3], got 1'],
    [
      `{"a":${entry('F32', [huge, huge], 0, 4)}}`,
      4,
      `w: tensor "a": expected more than 2⁵⁰ bytes for F32 [${huge}, ${huge}], got 4`,
    ],
    [
      `{"a":${entry('U8', [huge, huge, 0], 0, 0)}}`,
      0,
      `w: tensor "a": expected more than 2⁵⁰ bytes for U8 [${huge}, ${huge}, 0], got 0`,
    ],
    [
      `{"a":${entry('U8', [2 ** 32, 2 ** 32, 2 ** 32], 0, 0)}}`,
      0,
      'w: tensor "a": expected more than 2⁵⁰ bytes',
    ],
    [`{"a":${entry('F32', [-1], 0, 4)}}`, 4, 'w: a.shape[0]: expected an integer from 0 to 2⁵³ − 1, got -1'],
    [
      `{"a":${entry('F32', [0.5], 0, 2)}}`,
      2,
      'w: a.shape[0]: expected an integer from 0 to 2⁵³ − 1, got 0.5',
    ],
    [`{"a":${entry('F32', ['1'], 0, 4)}}`, 4, 'w: a.shape[0]: expected an integer'],
    [`{"a":${entry('F32', [2 ** 53], 0, 4)}}`, 4, 'w: a.shape[0]: expected an integer'],
    [`{"a":${entry('F32', { 0: 1 }, 0, 4)}}`, 4, 'w: a.shape: expected an array'],
    [`{"a":${entry('F32', [1], 0, 4.5)}}`, 4, 'w: a.data_offsets[1]: expected an integer'],
    [`{"a":${entry('F32', [1], -4, 0)}}`, 4, 'w: a.data_offsets[0]: expected an integer'],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}',
      4,
      'w: a.data_offsets: expected [begin, end], got [0, 4, 8]',
    ],
    [`{"a":${entry('F32', Array(65).fill(1), 0, 4)}}`, 4, 'w: tensor "a": expected at most 64 axes, got 65'],
    [`{"a":${entry('F33', [1], 0, 4)}}`, 4, 'w: a.dtype: expected one of BOOL, F4,'],
    [`{"a":${entry('constructor', [1], 0, 4)}}`, 4, 'w: a.dtype: expected one of BOOL, F4,'],
    ['{"a":{"shape":[1],"data_offsets":[0,4]}}', 4, "w: a: expected a member 'dtype'"],
    ['{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4, "w: a: expected a member 'shape'"],
    ['{"a":{"dtype":"F32","shape":[1]}}', 4, "w: a: expected a member 'data_offsets'"],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"scale":2}}',
      4,
      'w: tensor "a": expected dtype, shape and data_offsets, got \'scale\' too',
    ],
    ['{"a":null}', 0, 'w: a: expected an object, got null'],
    ['{"a":[]}', 0, 'w: a: expected an object'],
    [
      `{"\\ud800":${entry('F32', [1], 0, 4)}}`,
      4,
      'w: tensor "\\ud800": expected a name of whole Unicode characters',
    ],
    ['{"__proto__":{}}', 0, 'w: expected plain keys, got "__proto__"'],
    ['{"__metadata__":{"a":1}}', 0, 'w: __metadata__.a: expected a string, got 1'],
    ['{"__metadata__":["a"]}', 0, 'w: __metadata__: expected an object'],
    ['{"__metadata__":{},"__metadata__":{}}', 0, 'w: expected each key once'],
  ])('refuses %s before %i bytes', (text, dataBytes, message) => {
    expect(() => safetensorsHeader(text, dataBytes, 'w')).toThrow(CheckpointError);
    expect(() => safetensorsHeader(text, dataBytes, 'w')).toThrow(message);
  });
});
