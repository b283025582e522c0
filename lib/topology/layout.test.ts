import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { layoutMap } from './layout.ts';
import { neighbour } from './neighbour.ts';

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `n-${i}`, zone: `z${i % 3}`, host: `h${i % 7}` }));

test('no two nodes overlap, all lie inside the width, and the order of the input does not matter', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 320, max: 2000 }),
      fc.constantFrom('zone' as const, 'host' as const),
      (count, width, by) => {
        const nodes = many(count);
        const layout = layoutMap(nodes, by, width);
        assert.equal(layout.nodes.length, count);
        for (const node of layout.nodes)
          assert.ok(node.x >= 0 && node.x + node.width <= width + 1 && node.y + node.height <= layout.height);
        const cells = new Set(layout.nodes.map((node) => `${node.x},${node.y}`));
        assert.equal(cells.size, count);
        assert.deepEqual(
          layoutMap(nodes.toReversed(), by, width).nodes.toSorted((a, b) => a.id.localeCompare(b.id)),
          layout.nodes.toSorted((a, b) => a.id.localeCompare(b.id)),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('arrow keys reach every node and never leave the map', () => {
  const layout = layoutMap(many(9), 'zone', 900).nodes;
  const reached = new Set<string | null>([neighbour(layout, null, 'ArrowDown')]);
  for (let round = 0; round < 20; round += 1)
    for (const id of [...reached])
      for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'])
        reached.add(neighbour(layout, id, key));
  assert.equal(reached.size, 9);
});
