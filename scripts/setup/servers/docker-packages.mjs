/** Makes sure that what a Docker engine of our own needs is installed. */
import { canInstallPackages, installPackages } from '../ground/apt.mjs';
import { SetupError } from '../ground/say.mjs';
import { isExecutable } from './nats-server.mjs';

const packages = ['docker.io', 'debootstrap', 'iproute2'];
const remedy = `Tests of the container images need a Docker engine: start one, or as root run \`apt-get install --no-install-recommends ${packages.join(' ')}\`.`;

/** Of the same package as the engine: this version of the client builds without a plugin. */
export const programs = {
  docker: '/usr/bin/docker',
  dockerd: '/usr/sbin/dockerd',
  debootstrap: '/usr/sbin/debootstrap',
  ip: '/usr/sbin/ip',
};

/** @returns {boolean} whether nothing has to be installed */
export const dockerPackagesReady = () =>
  Object.values(programs).every((path) => isExecutable(path) || isExecutable(path.replace('/usr/sbin', '/sbin')));

/** Installs with apt-get where root or a sudo without password allows it; the caller holds the set-up lock. */
export async function installDockerPackages() {
  if (dockerPackagesReady()) return;
  if (!(await canInstallPackages())) throw new SetupError(remedy);
  await installPackages(packages, remedy);
  if (!dockerPackagesReady())
    throw new SetupError(
      `apt-get ended well, yet not all of ${Object.values(programs).join(', ')} are there. ${remedy}`,
    );
}
