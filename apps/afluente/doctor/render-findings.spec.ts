/** Findings as a person reads them. */
import { describe, expect, test } from '@jest/globals';
import type { Finding } from './finding.js';
import { renderFindings } from './render-findings.js';

const finding = (subject: string, severity: Finding['severity'] = 'error'): Finding => ({
  id: 'stream-missing',
  severity,
  subject,
  message: 'is gone',
  remedy: 'Make it again.',
});

describe('findings', () => {
  test('say subject, what is wrong and what to do, and the last line counts them', () => {
    expect(renderFindings([finding('a'), finding('b', 'warning')], 38)).toBe(
      'error: a: is gone [stream-missing]\n    Make it again.\nwarning: b: is gone [stream-missing]\n    Make it again.\n1 error, 1 warning, 38 checks\n',
    );
  });

  test('are none', () => {
    expect(renderFindings([], 38)).toBe('0 errors, 0 warnings, 38 checks\n');
  });

  test('that are alike are shown up to some, and the others named', () => {
    const lines = renderFindings(
      Array.from({ length: 9 }, (_, i) => finding(`s${i}`)),
      38,
    ).split('\n');
    expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(5);
    expect(lines.at(-3)).toBe('error: 5 more like it [stream-missing]: s4, s5, s6, s7, … (--json has all)');
  });

  test('that are one more than some are all shown', () => {
    expect(
      renderFindings(
        Array.from({ length: 5 }, (_, i) => finding(`s${i}`)),
        38,
      ),
    ).not.toContain('more like it');
  });
});
