/** Makes sure that Ceph's object gateway and what it stands on are installed: the S3 server of the tests. */
import { canInstallPackages, installPackages } from './apt.mjs';
import { withSetupLock } from './lock.mjs';
import { isExecutable } from './nats-server.mjs';
import { SetupError } from './say.mjs';

const packages = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'];
const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool'].map((name) => `/usr/bin/${name}`);
const mend = `Tests against S3 need Ceph's object gateway: as root, run \`apt-get install --no-install-recommends ${packages.join(' ')}\`.`;

const present = () => programs.every(isExecutable);

/** Quick when it is there; installs with apt-get where root or a sudo without password allows it. */
export async function ensureCeph() {
  if (present()) return;
  await withSetupLock(async () => {
    if (present()) return;
    if (!(await canInstallPackages())) throw new SetupError(mend);
    await installPackages(packages, mend);
    if (!present()) throw new SetupError(`apt-get ended well, yet not all of ${programs.join(', ')} are there. ${mend}`);
  });
}
