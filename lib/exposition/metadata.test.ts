import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { metadataOf } from './metadata.ts';

const read = (text: string) => metadataOf(Buffer.from(text));

test('type, help and unit of a metric are found wherever their comments stand', () => {
  assert.deepEqual(
    read(
      '# HELP a What\\nit \\\\ is: 中\n# TYPE a counter\na 1\n#TYPE b gauge\n# TYPE b untyped\r\nb 2\n  # UNIT c seconds\n# just words\n# HELP a Newer',
    ),
    [
      { metric: 'a', type: 'counter', help: 'Newer', unit: '' },
      { metric: 'b', type: 'unknown', help: '', unit: '' },
      { metric: 'c', type: 'unknown', help: '', unit: 'seconds' },
    ],
  );
  assert.equal(read('# HELP a x\\\\ny \\n z\n')[0]?.help, 'x\\ny \n z');
  assert.deepEqual(
    read('# HELP a\n# HELP b \n').map((each) => each.help),
    ['', ''],
  );
});

test('no bytes make it fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      metadataOf(bytes);
    }),
  );
});
