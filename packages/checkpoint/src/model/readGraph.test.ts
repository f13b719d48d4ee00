import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BoxDefinitions, FlowGraph } from '@fluxion/graph';
import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { definitions, description } from '../../test/dense.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { readGraph } from './readGraph.js';

async function read(json: string): ReturnType<typeof readGraph> {
  const path = join(await temporaryFolder(), 'graph.json');
  await writeFile(path, json);
  return readGraph(path, definitions);
}

describe('readGraph', () => {
  test('reads a description, options of boxes included', async () => {
    const graph = await read(JSON.stringify(description));
    expect(graph).toEqual(description);
    expect(new FlowGraph(graph, { definitions }).parameters).toHaveLength(4);
  });

  test('asks for the definitions of boxes', async () => {
    const reading = readGraph('graph.json', undefined as unknown as BoxDefinitions);
    await expect(reading).rejects.toThrow(
      'readGraph definitions: expected the definitions of boxes, got none',
    );
  });

  test('takes inputs of indices and sequences', async () => {
    const inputs = { words: { shape: [64], indices: 10_000, masked: true }, x: { shape: [2] } };
    const graph = { inputs, boxes: {}, outputs: ['x'] };
    expect(await read(JSON.stringify(graph))).toEqual(graph);
  });

  test('takes names and frozen boxes', async () => {
    const boxes = { a: { kind: 'dense', units: 1, name: 'a', frozen: true, children: ['x'] } };
    const graph = { inputs: { x: [2] }, boxes, outputs: ['a'] };
    expect(await read(JSON.stringify(graph))).toEqual(graph);
  });

  const box = { kind: 'dense', units: 2, children: ['x'] };
  const graph = { inputs: { x: [3] }, boxes: { a: box }, outputs: ['a'] };
  const withBox = (change: object): string =>
    JSON.stringify({ ...graph, boxes: { a: { ...box, ...change } } });

  test.each([
    ['not json', 'graph.json: expected JSON'],
    ['[]', 'graph.json: expected an object, got []'],
    ['{}', "graph.json: expected a member 'inputs', got an object with nothing"],
    [JSON.stringify({ ...graph, inputs: [3] }), 'graph.json: inputs: expected an object, got [3]'],
    [JSON.stringify({ ...graph, inputs: { x: 3 } }), 'graph.json: inputs.x: expected an object, got 3'],
    [
      JSON.stringify({ ...graph, inputs: { x: { shape: [3], indicies: 5 } } }),
      'graph.json: inputs.x: expected only shape, indices, masked, got an object with "shape", "indicies"; did you mean \'indices\' by',
    ],
    [
      JSON.stringify({ ...graph, inputs: { x: { shape: [3], indices: 0 } } }),
      'graph.json: inputs.x.indices: expected an integer from 1',
    ],
    [JSON.stringify({ ...graph, inputs: { x: [0] } }), 'graph.json: inputs.x[0]: expected an integer from 1'],
    [JSON.stringify({ ...graph, boxes: null }), 'graph.json: boxes: expected an object, got null'],
    [
      JSON.stringify({ ...graph, boxes: { a: 'dense' } }),
      'graph.json: boxes.a: expected an object, got "dense"',
    ],
    [JSON.stringify({ ...graph, outputs: 'a' }), 'graph.json: outputs: expected an array, got "a"'],
    [JSON.stringify({ ...graph, outputs: [1] }), 'graph.json: outputs[0]: expected a string, got 1'],
    [
      withBox({ kind: 'dance' }),
      'graph.json: boxes.a.kind: expected one of dense, average, join, got "dance"',
    ],
    [
      withBox({ kind: 'toString' }),
      'graph.json: boxes.a.kind: expected one of dense, average, join, got "toString"',
    ],
    [
      withBox({ kind: ['dense'] }),
      'graph.json: boxes.a.kind: expected one of dense, average, join, got ["dense"]',
    ],
    [withBox({ children: 'x' }), 'graph.json: boxes.a.children: expected an array, got "x"'],
    [withBox({ children: [null] }), 'graph.json: boxes.a.children[0]: expected a string, got null'],
    [withBox({ children: ['x', 'x'] }), 'graph.json: boxes.a.children: expected 1 for dense, got ["x", "x"]'],
    [
      withBox({ kind: 'join', children: [] }),
      'graph.json: boxes.a.children: expected one or more for join, got []',
    ],
    [withBox({ frozen: 'no' }), 'graph.json: boxes.a.frozen: expected true or false, got "no"'],
    [withBox({ name: 7 }), 'graph.json: boxes.a.name: expected a string, got 7'],
    ['{"inputs":{},"__proto__":{"boxes":{}}}', 'graph.json: expected plain keys, got "__proto__"'],
    ['{"inputs":{"x":[1],"x":[2]}}', 'graph.json: expected each key once in an object, got "x" twice'],
  ])('refuses %s', async (json, message) => {
    const reading = read(json);
    await expect(reading).rejects.toThrow(CheckpointError);
    await expect(reading).rejects.toThrow(message);
  });

  test('refuses what is not UTF-8, and a missing file', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'graph.json'), Buffer.of(0x22, 0xff, 0x22));
    await expect(readGraph(join(folder, 'graph.json'), {})).rejects.toThrow('expected text in UTF-8');
    const missing = readGraph(join(folder, 'no.json'), {});
    await expect(missing).rejects.toThrow(CheckpointError);
    await expect(missing).rejects.toThrow('no.json: expected a JSON file, could not read it (ENOENT');
  });
});
