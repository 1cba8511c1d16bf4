/**
 * Downloads a suite's nats-server package and unpacks it below .tools/nats, without root and without touching the system:
 * apt works on a private state, its mirror and keys taken from the machine's own apt configuration.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTools } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './say.mjs';

const mend = 'Check that /etc/apt has a Debian source whose mirror answers (`apt-get update`).';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Which suite carries which server: 'system' is the machine's own release.
 * @type {Record<string, string | undefined>}
 */
const suites = { '2.9': 'bookworm', '2.10': 'trixie', current: 'sid', system: undefined };

/** The versions that compatibility tests run against. */
export const compatibilityLabels = ['2.9', '2.10', 'current'];

/** @param {string} label '2.9', '2.10', 'current' or 'system' */
export const debianServerPath = (label) => inTools('nats', label, 'nats-server');

/**
 * @param {string} label
 * @returns {Promise<string>} path of the binary
 */
export async function fetchDebianServer(label) {
  const path = debianServerPath(label);
  if (existsSync(path)) return path;
  if (!existsSync('/usr/bin/apt-get')) throw new SetupError('There is no apt-get on this machine.');
  const own = ownRelease();
  const suite = suites[label] ?? own;
  say(`downloading nats-server ${label} (Debian ${suite}) …`);
  const folder = mkdtempSync(join(tmpdir(), 'afluente-apt-'));
  try {
    const options = await privateState(folder, suite, await mirror(own));
    await run('apt-get', [...options, 'update', '-q'], { mend });
    await run('apt-get', [...options, 'download', '-q', 'nats-server'], { cwd: folder, mend });
    await unpack(folder, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
}

function ownRelease() {
  const codename = /^VERSION_CODENAME=(.+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (!codename) throw new SetupError('This machine is no Debian release: /etc/os-release has no VERSION_CODENAME.');
  return codename;
}

/**
 * @param {string} release
 * @returns {Promise<string>} base address of the mirror this machine uses for its own release
 */
async function mirror(release) {
  const targets = await run('apt-get', ['indextargets', '--format', '$(RELEASE) $(REPO_URI)', 'Created-By: Packages'], { mend });
  const line = targets.split('\n').find((target) => target.startsWith(`${release} `));
  if (!line) throw new SetupError(`apt knows no source for ${release}. ${mend}`);
  return line.slice(release.length + 1).trim();
}

/**
 * @param {string} folder
 * @param {string} suite
 * @param {string} uri
 * @returns {Promise<string[]>} apt options that keep everything inside the folder
 */
async function privateState(folder, suite, uri) {
  const sources = join(folder, 'sources.list');
  const status = join(folder, 'status');
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(sources, `deb [signed-by=${keyring}] ${uri} ${suite} main\n`);
  writeFileSync(status, '');
  const settings = {
    'Dir::State': folder, 'Dir::State::lists': join(folder, 'lists'), 'Dir::State::status': status, 'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': sources, 'Dir::Etc::sourceparts': '/dev/null', 'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Sandbox::User': '', 'APT::Update::Post-Invoke-Success::': '', 'Acquire::Languages': 'none',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * @param {string} folder holds the downloaded package
 * @param {string} path where the binary goes
 */
async function unpack(folder, path) {
  const deb = readdirSync(folder).find((name) => name.startsWith('nats-server_') && name.endsWith('.deb'));
  if (!deb) throw new SetupError(`apt-get download left no package. ${mend}`);
  await run('dpkg', ['-x', join(folder, deb), join(folder, 'tree')], { mend });
  mkdirSync(join(path, '..'), { recursive: true });
  copyFileSync(join(folder, 'tree', 'usr', 'sbin', 'nats-server'), `${path}.new`);
  renameSync(`${path}.new`, path);
}
