import { expect, it } from 'vitest';
import { graphRails, type RailNode } from './graphRails.js';

const drawn = (nodes: readonly RailNode[], kept?: readonly string[]): string[] =>
  graphRails(nodes, kept).map(({ rail, name }) => (name === undefined ? rail : `${rail} ${name}`));

it('draws a chain as a column', () => {
  const nodes = [
    { name: 'x', children: [] },
    { name: 'a', children: ['x'] },
    { name: 'b', children: ['a'] },
  ];
  expect(drawn(nodes, ['b'])).toEqual(['● x', '● a', '● b']);
});

it('draws a skip connection as a rail beside', () => {
  const nodes = [
    { name: 'x', children: [] },
    { name: 'linear', children: ['x'] },
    { name: 'relu', children: ['linear'] },
    { name: 'sum', children: ['x', 'relu'] },
    { name: 'top', children: ['sum'] },
  ];
  expect(drawn(nodes, ['top'])).toEqual(['● x', '├─╮', '│ ● linear', '│ ● relu', '├─╯', '● sum', '● top']);
});

it('passes behind rails that a node does not read, and goes on for outputs within', () => {
  const nodes = [
    { name: 'a', children: [] },
    { name: 'b', children: [] },
    { name: 'c', children: [] },
    { name: 'sum', children: ['a', 'c'] },
    { name: 'twice', children: ['sum', 'sum'] },
    { name: 'all', children: ['b', 'twice'] },
  ];
  expect(drawn(nodes, ['sum', 'all'])).toEqual([
    '● a',
    '│ ● b',
    '│ │ ● c',
    '├─│─╯',
    '● │ sum',
    '├─│─╮',
    '│ │ ● twice',
    '│ ├─╯',
    '│ ● all',
  ]);
});
