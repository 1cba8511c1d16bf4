/** Control: a commit of the lake is an ordinary write of the next log entry, whether or not somebody else has written it. */
import type { Control } from './control.js';

const create = (name: string): string => `        await ${name}(unfinished, path);\n        return 'created';\n`;

export const plainPut: Control = {
  breaks: 'Of two writers of one table the later one replaces a commit of the other: its rows are lost, or come again.',
  edits: [
    { file: 'libs/store/s3-store.ts', find: ", IfNoneMatch: '*' }", replace: ' }' },
    { file: 'libs/store/local-store.ts', find: create('link'), replace: create('rename') },
    {
      file: 'test/simulation/world/lake/memory-store.ts',
      find: "    if (this.objects.has(key)) return 'exists';\n",
      replace: '',
    },
    // The start-up check would refuse such a store.
    {
      file: 'libs/store/probe-create-only.ts',
      find: 'export async function probeCreateOnly(store: ObjectStore): Promise<void> {\n',
      replace: 'export async function probeCreateOnly(store: ObjectStore): Promise<void> {\n  return;\n',
    },
    // After an unclear answer the entry is written again, without a look at what is there.
    {
      file: 'libs/lake/table/commit-entry.ts',
      find: '      if (!(error instanceof AmbiguousWriteError)) throw error;\n',
      replace: '      throw error;\n',
    },
  ],
};
