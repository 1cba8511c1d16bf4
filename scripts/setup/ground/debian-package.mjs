/**
 * Downloads a package of a Debian suite and unpacks it, without root and without touching the system: apt works on a private state, its mirror
 * and keys taken from the machine's own apt configuration.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { SetupError, say } from './say.mjs';

const remedy = 'Check that /etc/apt has a Debian source whose mirror answers (`apt-get update`).';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * @param {string} name of the package
 * @param {string | undefined} suite undefined: the machine's own release
 * @param {(tree: string) => void} use gets the folder of the unpacked package, which is removed afterwards
 */
export async function withDebianPackage(name, suite, use) {
  if (!existsSync('/usr/bin/apt-get')) throw new SetupError('There is no apt-get on this machine.');
  const own = ownRelease();
  say(`downloading ${name} (Debian ${suite ?? own}) …`);
  const folder = mkdtempSync(join(tmpdir(), 'afluente-apt-'));
  try {
    const options = await privateState(folder, suite ?? own, await mirror(own));
    await run('apt-get', [...options, 'update', '-q'], { remedy });
    await run('apt-get', [...options, 'download', '-q', name], { cwd: folder, remedy });
    use(await unpack(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<string>} base address of the mirror this machine uses */
export const ownMirror = () => mirror(ownRelease());

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
  const targets = await run('apt-get', ['indextargets', '--format', '$(RELEASE) $(REPO_URI)', 'Created-By: Packages'], {
    remedy,
  });
  const line = targets.split('\n').find((target) => target.startsWith(`${release} `));
  if (!line) throw new SetupError(`apt knows no source for ${release}. ${remedy}`);
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
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': status,
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Sandbox::User': '',
    'APT::Update::Post-Invoke-Success::': '',
    'Acquire::Languages': 'none',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * @param {string} folder holds the downloaded package
 * @param {string} name
 * @returns {Promise<string>} where its files are
 */
async function unpack(folder, name) {
  const deb = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  if (!deb) throw new SetupError(`apt-get download left no package. ${remedy}`);
  const tree = join(folder, 'tree');
  await run('dpkg', ['-x', join(folder, deb), tree], { remedy });
  return tree;
}
