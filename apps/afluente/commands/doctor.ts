/** `afluente doctor`: looks at a pipeline, its NATS and its lake, changes nothing, and says what is wrong and what to do. */
import { checks } from '../doctor/checks.js';
import { diagnose } from '../doctor/diagnose.js';
import { gatherFacts } from '../doctor/gather-facts.js';
import { renderFindings } from '../doctor/render-findings.js';

export interface DoctorOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake?: string;
  readonly json?: boolean;
}

/** A look that was given up may hold the process: a file system that hangs, a server that says nothing. */
const lingerMs = 1_000;
const exitWarnings = 1;
const exitErrors = 2;

/** @returns 0 when nothing is wrong, 1 when there are warnings only, 2 when there are errors */
export async function doctor({ json, ...where }: DoctorOptions): Promise<number> {
  const findings = diagnose(await gatherFacts({ ...where, nowMs: () => Date.now() }));
  process.stdout.write(
    json ? `${JSON.stringify({ findings, checks: checks.length })}\n` : renderFindings(findings, checks.length),
  );
  setTimeout(() => process.exit(), lingerMs).unref();
  if (findings.length === 0) return 0;
  return findings.some(({ severity }) => severity === 'error') ? exitErrors : exitWarnings;
}
