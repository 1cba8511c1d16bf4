/** Checks of the pipeline folder and of the settings beside it. */
import { PipelineError } from '#runtime/service/pipeline-source';
import type { Check } from '../check.js';
import { toldBy } from '../looked.js';

const pipelineInvalid: Check = {
  id: 'pipeline-invalid',
  severity: 'error',
  finds: 'the pipeline folder is missing, or `lint` finds something in it',
  find: ({ folder, pipeline }) => {
    if (pipeline.seen) return [];
    const { why } = pipeline;
    if (!(why instanceof PipelineError))
      return [{ subject: folder, ...toldBy(why, 'Look at the folder with `afluente lint`.') }];
    return why.problems.map(({ file, line, path, message, remedy }) => ({
      subject: `${file}:${line}`,
      message: path === '' ? message : `${path}: ${message}`,
      remedy,
    }));
  },
};

const settingsInvalid: Check = {
  id: 'settings-invalid',
  severity: 'error',
  finds: 'a variable of the environment has a value that no service takes',
  find: ({ settings }) =>
    settings.seen
      ? []
      : [{ subject: 'environment', ...toldBy(settings.why, 'See the table of variables in docs/settings.md.') }],
};

export const pipelineChecks: readonly Check[] = [pipelineInvalid, settingsInvalid];
