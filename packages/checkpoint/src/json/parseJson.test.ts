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
  ])('refuses %s', (text, message) => {
    expect(() => parseJson(text, 'a.json')).toThrow(CheckpointError);
    expect(() => parseJson(text, 'a.json')).toThrow(message);
  });

  test('takes a string for what it is, whatever is in it', () => {
    const tricky = { a: '{"a":1,"a":2}', 'b"': ['\\', '\\"', '":'], c: { a: '__proto__', 'b"': 1 } };
    expect(parseJson(JSON.stringify(tricky, null, 2), 'a.json').value).toEqual(tricky);
  });

  test('reads a long string of escapes, which overflows a regular expression', () => {
    const text = '\n'.repeat(1_000_000);
    expect(parseJson(JSON.stringify({ text }), 'a.json').field('text').string()).toBe(text);
  });
});
