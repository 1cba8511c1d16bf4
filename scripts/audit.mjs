/**
 * Asks the registry for known vulnerabilities of what runs in production: `node scripts/audit.mjs`.
 * Exit code 0: it knows none; 1: it knows some, of level moderate or worse; 3: it could not be asked, so nothing is known.
 */
import { spawnSync } from 'node:child_process';
import { root } from './setup/ground/paths.mjs';
import { auditVerdict } from './supply/audit-verdict.mjs';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const { code, lines } = auditVerdict(stdout ?? '');
process.stdout.write(lines.map((line) => `${line}\n`).join(''));
process.exitCode = code;
