/** Makes sure that Ceph's object gateway and what it stands on are installed: the S3 server of the tests. */
import { canInstallPackages, installPackages } from '../ground/apt.mjs';
import { withSetupLock } from '../ground/lock.mjs';
import { SetupError } from '../ground/say.mjs';
import { isExecutable } from './nats-server.mjs';

const packages = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'];
const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool'].map(
  (name) => `/usr/bin/${name}`,
);
const remedy = `Tests against S3 need Ceph's object gateway: as root, run \`apt-get install --no-install-recommends ${packages.join(' ')}\`.`;

/** @returns {boolean} whether nothing has to be installed */
export const cephReady = () => programs.every(isExecutable);

/** For whoever does not hold the set-up lock: quick when Ceph is there. */
export async function ensureCeph() {
  if (!cephReady()) await withSetupLock(installCeph);
}

/** Installs with apt-get where root or a sudo without password allows it; the caller holds the set-up lock. */
export async function installCeph() {
  if (cephReady()) return;
  if (!(await canInstallPackages())) throw new SetupError(remedy);
  await installPackages(packages, remedy);
  if (!cephReady())
    throw new SetupError(`apt-get ended well, yet not all of ${programs.join(', ')} are there. ${remedy}`);
}
