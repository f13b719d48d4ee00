import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GraphNode, graphLayout, type Place } from './graphLayout.js';

const size = { width: 100, height: 40, gap: { x: 20, y: 30 } };

function chain(...names: readonly string[]): GraphNode[] {
  return names.map((name, i) => ({ name, children: names.slice(i - 1, i) }));
}

describe('graphLayout', () => {
  it('puts a chain under one another', () => {
    const { places, width, height, edges } = graphLayout(chain('a', 'b', 'c'), size);
    expect([...places]).toEqual([
      ['a', { x: 50, y: 20 }],
      ['b', { x: 50, y: 90 }],
      ['c', { x: 50, y: 160 }],
    ]);
    expect([width, height]).toEqual([100, 180]);
    expect(edges).toHaveLength(2);
  });

  it('leads an edge that skips a layer around the box in it', () => {
    const nodes = [...chain('a', 'b'), { name: 'sum', children: ['b', 'a'] }];
    const { places, edges } = graphLayout(nodes, size);
    const [skip] = edges.filter((edge) => edge.length === 3) as [Place[]];
    const beside = Math.abs((skip[1] as Place).x - (places.get('b') as Place).x);
    expect(beside).toBeGreaterThanOrEqual(size.width / 2 + size.gap.x / 2);
  });

  it('uncrosses two branches that were named in turn', () => {
    const nodes: GraphNode[] = [
      { name: 'left', children: [] },
      { name: 'right', children: [] },
      { name: 'ofRight', children: ['right'] },
      { name: 'ofLeft', children: ['left'] },
      { name: 'sum', children: ['ofLeft', 'ofRight'] },
    ];
    const { places } = graphLayout(nodes, size);
    const x = (name: string): number => (places.get(name) as Place).x;
    expect(Math.sign(x('ofLeft') - x('ofRight'))).toBe(Math.sign(x('left') - x('right')));
  });

  it('draws nothing where there is nothing', () => {
    expect(graphLayout([], size)).toEqual({ width: 0, height: 0, places: new Map(), edges: [] });
  });

  const graphs = fc
    .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 25 })
    .map((all): GraphNode[] =>
      all.map((children, i) => ({
        name: `n${i}`,
        children: i === 0 ? [] : children.map((child) => `n${child % i}`),
      })),
    );

  it('has each box below its children, within the drawing, and none over another', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const { places, width, height } = graphLayout(nodes, size);
        for (const { name, children } of nodes) {
          const { x, y } = places.get(name) as Place;
          expect(x - size.width / 2).toBeGreaterThanOrEqual(-1e-6);
          expect(x + size.width / 2).toBeLessThanOrEqual(width + 1e-6);
          expect(y + size.height / 2).toBeLessThanOrEqual(height + 1e-6);
          for (const child of children) expect((places.get(child) as Place).y).toBeLessThan(y);
        }
        const all = [...places.values()];
        all.forEach((a, i) => {
          for (const b of all.slice(i + 1)) {
            if (a.y === b.y)
              expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual(size.width + size.gap.x - 1e-6);
          }
        });
      }),
    );
  });
});
