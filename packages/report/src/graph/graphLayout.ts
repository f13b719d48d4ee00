/** What is placed: a box or an input, with the names of those that it takes its values from. */
export interface GraphNode {
  readonly name: string;
  readonly children: readonly string[];
}

/** Where the middle of something is. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Places of the nodes by name, and the edges as the places that they lead through, from child to parent. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, Place>;
  readonly edges: readonly (readonly Place[])[];
}

/** Sizes in pixels. */
export interface NodeSize {
  readonly width: number;
  readonly height: number;
  /** Between nodes beside one another, and between layers. */
  readonly gap: Place;
}

/** A node, or a bend: the place where an edge crosses a layer that it does not end in. */
interface Point {
  readonly node: GraphNode | undefined;
  readonly down: Point[];
  readonly up: Point[];
  x: number;
}

/** Rounds in which every layer looks at its neighbours: more change little. */
const ROUNDS = 12;

/**
 * A drawing in layers, inputs at the top: each node lies below all its children, edges lead around the nodes of the layers
 * that they cross, and each layer is ordered by the middle of its neighbours, so that few edges cross.
 *
 * @param nodes children before parents
 * @see Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures", IEEE Transactions on
 *   Systems, Man, and Cybernetics 11, 1981.
 */
export function graphLayout(nodes: readonly GraphNode[], size: NodeSize): GraphLayout {
  const layers: Point[][] = [];
  const points = new Map<string, Point>();
  const depths = new Map<string, number>();
  const place = (depth: number, node?: GraphNode): Point => {
    const layer = layers[depth] ?? [];
    layers[depth] = layer;
    const point: Point = { node, down: [], up: [], x: layer.length * (size.width + size.gap.x) };
    layer.push(point);
    return point;
  };
  const routes: Point[][] = [];
  for (const node of nodes) {
    const children = node.children.filter((child) => points.has(child));
    const depth = 1 + Math.max(-1, ...children.map((child) => depths.get(child) as number));
    const point = place(depth, node);
    for (const child of new Set(children)) {
      const route = [points.get(child) as Point];
      for (let between = (depths.get(child) as number) + 1; between < depth; between++)
        route.push(place(between));
      route.push(point);
      for (const [i, end] of route.slice(1).entries()) {
        route[i]?.down.push(end);
        end.up.push(route[i] as Point);
      }
      routes.push(route);
    }
    points.set(node.name, point);
    depths.set(node.name, depth);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const downwards = round % 2 === 0;
    for (const layer of downwards ? layers : layers.toReversed())
      arrange(layer, downwards ? 'up' : 'down', size);
  }

  const half = (point: Point): number => widthOf(point, size) / 2;
  const all = layers.flat();
  const left = Math.min(0, ...all.map((point) => point.x - half(point)));
  const right = Math.max(0, ...all.map((point) => point.x + half(point)));
  const row = size.height + size.gap.y;
  const at = (point: Point): Place => ({
    x: point.x - left,
    y: layerOf(layers, point) * row + size.height / 2,
  });
  return {
    width: right - left,
    height: Math.max(0, layers.length * row - size.gap.y),
    places: new Map([...points].map(([name, point]) => [name, at(point)])),
    edges: routes.map((route) => route.map(at)),
  };
}

/** Orders a layer by the middle of its neighbours above or below, and moves each point as near to it as there is room. */
function arrange(layer: Point[], side: 'up' | 'down', size: NodeSize): void {
  const wanted = new Map(layer.map((point) => [point, middle(point[side], point.x)]));
  layer.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number));
  let edge = Number.NEGATIVE_INFINITY;
  let pushed = 0;
  for (const point of layer) {
    const half = widthOf(point, size) / 2;
    const target = wanted.get(point) as number;
    point.x = Math.max(target, edge + half);
    edge = point.x + half + size.gap.x;
    pushed += point.x - target;
  }
  // All were pushed to the right only: in the middle they are nearest to where they should be.
  for (const point of layer) point.x -= pushed / layer.length;
}

function middle(points: readonly Point[], otherwise: number): number {
  if (points.length === 0) return otherwise;
  return points.reduce((sum, { x }) => sum + x, 0) / points.length;
}

function widthOf({ node }: Point, { width }: NodeSize): number {
  return node === undefined ? 0 : width;
}

function layerOf(layers: readonly Point[][], point: Point): number {
  return layers.findIndex((layer) => layer.includes(point));
}
