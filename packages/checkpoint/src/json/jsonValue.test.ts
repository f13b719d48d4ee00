import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from './jsonValue.js';
import { parseJson } from './parseJson.js';

const json = parseJson('{"a":{"b":[1,"two",null,-3,2.5]},"yes":true,"big":9007199254740993}', 'a.json');
const b = json.field('a').field('b');

describe('JsonValue', () => {
  test('gives values of the type asked for', () => {
    expect(b.array()[0]?.integer(1)).toBe(1);
    expect(b.array()[1]?.string()).toBe('two');
    expect(b.array()[4]?.number()).toBe(2.5);
    expect(json.field('yes').boolean()).toBe(true);
    expect(b.array()[1]?.oneOf(['one', 'two'])).toBe('two');
    expect([...json.members().keys()]).toEqual(['a', 'yes', 'big']);
    expect(json.optional('no')).toBeUndefined();
    expect(json.optional('yes')?.value).toBe(true);
  });

  const refusals: [string, (value: JsonValue) => unknown][] = [
    [
      'a.json: expected a member \'no\', got an object with "a", "yes", "big"; correct it',
      (v) => v.field('no'),
    ],
    ['a.json: a.b: expected an object, got [1, "two", null, -3, 2.5]', () => b.members()],
    ['a.json: a.b[2]: expected an object, got null', () => b.array()[2]?.members()],
    ['a.json: a.b[3]: expected an integer from 0 to 2⁵³ − 1, got -3', () => b.array()[3]?.integer()],
    ['a.json: a.b[4]: expected an integer from 0', () => b.array()[4]?.integer()],
    ['a.json: big: expected an integer from 0', (v) => v.field('big').integer()],
    ['a.json: a.b[0]: expected an integer from 2', () => b.array()[0]?.integer(2)],
    ['a.json: a.b[1]: expected a number, got "two"', () => b.array()[1]?.number()],
    ['a.json: a.b[0]: expected a string, got 1', () => b.array()[0]?.string()],
    ['a.json: a.b[0]: expected true or false, got 1', () => b.array()[0]?.boolean()],
    [
      'a.json: a: expected only bb, got an object with "b"; did you mean \'bb\' by "b"?',
      (v) => v.field('a').only('bb'),
    ],
    [
      'a.json: expected only a, yes, got an object with "a", "yes", "big"; take "big" out',
      (v) => v.only('a', 'yes'),
    ],
    ['a.json: a: expected an array, got an object with "b"', (v) => v.field('a').array()],
    ['a.json: a.b[1]: expected one of three, four, got "two"', () => b.array()[1]?.oneOf(['three', 'four'])],
  ];
  test.each(refusals)('refuses: %s', (message, ask) => {
    expect(() => ask(json)).toThrow(CheckpointError);
    expect(() => ask(json)).toThrow(message);
  });

  test('names of what every object has are not members', () => {
    expect(() => json.field('toString')).toThrow("expected a member 'toString'");
    expect(json.optional('constructor')).toBeUndefined();
  });

  test('shows a part of a large value', () => {
    const large = parseJson(JSON.stringify({ text: 'x'.repeat(1000), list: [[1]] }), 'a.json');
    expect(() => large.field('text').number()).toThrow(`got "${'x'.repeat(59)}…;`);
    expect(() => large.field('list').number()).toThrow('got an array of 1;');
    const deep = parseJson(`${'['.repeat(200)}${']'.repeat(200)}`, 'a.json');
    expect(() => deep.string()).toThrow('a.json: expected a string, got an array of 1;');
  });
});
