/** Edits that plant killers: on events of certain customers (`abort-validate`, `stall-validate`, `wait-reduce`, …) the named stage ends its process, or never returns: from a loop, or from a call that only waits. */
import type { Edit } from '../../controls/control.js';

const killer = `
function killOn(kind: string, texts: Iterable<string>): void {
  for (const text of texts) {
    if (text.includes(\`abort-\${kind}\`)) process.abort();
    while (text.includes(\`stall-\${kind}\`));
    if (text.includes(\`wait-\${kind}\`)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}
`;

const perTask = 'libs/runtime/ground/per-task.ts';
const placeEvents = 'libs/stages/raw/place-events.ts';
const tableRows = 'libs/stages/tables/table-rows.ts';

export const plantedKillers: readonly Edit[] = [
  {
    file: perTask,
    find: '    const found = make(task);\n',
    replace: `    const step = make(task) as (request: { readonly frames: readonly InputFrame[] }) => unknown;
    const killing = (request: { readonly frames: readonly InputFrame[] }): unknown => {
      killOn(task.stage.kind, textsOf(request.frames));
      return step(request);
    };
    const found = Object.assign(killing, step) as Made;
`,
  },
  {
    file: perTask,
    find: 'export function perTask',
    replace: `import { readDataFrame } from '#columns/polars/data-frames';
import { nativeOf } from '#columns/polars/native-data-frame';
import type { InputFrame } from '#frame/step';
${killer}
function* textsOf(frames: readonly InputFrame[]): Generator<string> {
  for (const { name, data } of frames.flatMap(({ sections }) => sections)) {
    if (name === 'raw') yield Buffer.from(data).toString('latin1');
    if (name === 'ok') yield JSON.stringify((nativeOf(readDataFrame(data)).select(['customer']) as unknown as { toObjects(): unknown }).toObjects());
  }
}

export function perTask`,
  },
  {
    file: placeEvents,
    find: '    const [start, end] = [data.byteOffset',
    replace: "    killOn('ingest', [Buffer.from(data).toString('latin1')]);\n    const [start, end] = [data.byteOffset",
  },
  {
    file: placeEvents,
    find: '/** Gives the events of a message',
    replace: `${killer}\n/** Gives the events of a message`,
  },
  {
    file: tableRows,
    find: '  const own = taking ? takenColumns(columns, taking) : columns;\n',
    replace:
      "  const own = taking ? takenColumns(columns, taking) : columns;\n  if (table.name === 'silver_orders') killOn('lake', [JSON.stringify((nativeOf(taken.rows).select(['customer']) as unknown as { toObjects(): unknown }).toObjects())]);\n",
  },
  {
    file: tableRows,
    find: '/** All rows of `sections` as one table',
    replace: `${killer}\n/** All rows of \`sections\` as one table`,
  },
  {
    file: tableRows,
    find: "import type { Section, SectionInfo } from '#frame/sections';\n",
    replace:
      "import type { Section, SectionInfo } from '#frame/sections';\nimport { nativeOf } from '#columns/polars/native-data-frame';\n",
  },
];
