import { CheckpointError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './parseJson.js';

describe('parseJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, space) => {
        fc.pre(!json.includes('__proto__'));
        const text = JSON.stringify(JSON.parse(json), null, space);
        expect(parseJson(text, 'a.json').value).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['', 'a.json: expected JSON, got something else (Unexpected end of JSON input)'],
    ['{"a":1,}', 'a.json: expected JSON, got something else'],
    ['{"a":1,"b":2,"a":3}', 'a.json: expected each key once in an object, got "a" twice; take it out'],
    ['{"a":{"b":1 , "\\u0062" : 2}}', 'a.json: expected each key once in an object, got "b" twice'],
    ['{"__proto__":{}}', 'a.json: expected plain keys, got "__proto__"'],
    ['[{"a":[{"__proto\\u005f_":1}]}]', 'a.json: expected plain keys, got "__proto__"'],
    ['{"scale":1e999}', 'a.json: expected numbers of at most 1.8e308, got 1e999; take it out'],
    ['[0,-1E400]', 'a.json: expected numbers of at most 1.8e308, got -1E400;'],
    [`[1${'0'.repeat(400)}]`, `got 1${'0'.repeat(29)}…;`],
    ['{"a', 'a.json: expected JSON, got something else'],
    ['{"a\\', 'a.json: expected JSON, got something else'],
  ])('refuses %s', (text, message) => {
    expect(() => parseJson(text, 'a.json')).toThrow(CheckpointError);
    expect(() => parseJson(text, 'a.json')).toThrow(message);
  });

  test('takes a string for what it is, whatever is in it', () => {
    const tricky = { a: '{"a":1,"a":2}', 'b"': ['\\', '\\"', '":'], c: { a: '__proto__', 'b"': 1 } };
    expect(parseJson(JSON.stringify(tricky, null, 2), 'a.json').value).toEqual(tricky);
  });

  test('refuses what would fill the memory, before it is parsed', () => {
    const deep = '{"a":'.repeat(5_000_000);
    expect(() => parseJson(deep, 'a.json')).toThrow('a.json: expected JSON of at most 256 levels, got more;');
    const wide = `[${'0,'.repeat(2_000_000)}0]`;
    expect(() => parseJson(wide, 'a.json')).toThrow(
      'a.json: expected JSON of at most 2000000 values, got more',
    );
    const braces = JSON.stringify('[{,'.repeat(2_000_000));
    expect(parseJson(braces, 'a.json').string()).toHaveLength(6_000_000);
  });

  test('reads a long string of escapes, which overflows a regular expression', () => {
    const text = '\n'.repeat(1_000_000);
    expect(parseJson(JSON.stringify({ text }), 'a.json').field('text').string()).toBe(text);
  });
});
