/** Where `afluente up` puts the lines of its services, as `--log` says. */
import type { Display } from './display.js';
import { FolderOutput } from './folder-output.js';
import type { ServiceOutput } from './service-output.js';
import { StreamOutput } from './stream-output.js';

export interface OpenOutput {
  readonly lines: ServiceOutput;
  /** Undefined: lines go to standard output. */
  readonly folder: string | undefined;
  /** Raised when nobody reads the lines any more. */
  readonly readerLeft: AbortSignal;
}

/** @param log `json`, or a folder @throws UsageError when the folder cannot be written */
export function openOutput(log: string, display: Display): OpenOutput {
  if (log === 'json') {
    const lines = new StreamOutput(process.stdout, display);
    return { lines, folder: undefined, readerLeft: lines.readerLeft };
  }
  const lines = FolderOutput.open(log, display);
  return { lines, folder: lines.folder, readerLeft: new AbortController().signal };
}
