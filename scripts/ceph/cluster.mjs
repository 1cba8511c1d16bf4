/**
 * The smallest Ceph cluster that serves S3: one monitor, one object store in memory, one gateway, on 127.0.0.1.
 * Steps follow Ceph's manual deployment; `osd new` and `--mkfs` must be told the same uuid.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../setup/ground/run.mjs';
import { SetupError } from '../setup/ground/say.mjs';
import { clusterConfig } from './config.mjs';
import { startDaemon } from './daemons.mjs';
import { freePorts } from './ports.mjs';

const gatewayWaitMsMax = 60_000;
const commandWaitMsMax = 60_000;
const remedy = 'The logs beside it say more; a machine short of memory or of free ports is the usual cause.';

/** @typedef {{ endpoint: string, region: string, accessKeyId: string, secretAccessKey: string }} S3Server */
/** @typedef {{ folder: string, conf: string, ports: { mon: number, gateway: number }, daemons: import('./daemons.mjs').Daemon[] }} Cluster */

/**
 * @param {string} folder an empty folder; all state, configuration and logs go there
 * @param {(daemon: import('./daemons.mjs').Daemon) => void} onDaemon is told of each daemon as it is started
 * @returns {Promise<S3Server>} resolves when the gateway answers
 */
export async function startCluster(folder, onDaemon) {
  const [mon = 0, gateway = 0] = await freePorts(2);
  const conf = join(folder, 'ceph.conf');
  const fsid = randomUUID();
  writeFileSync(conf, clusterConfig({ folder, fsid, monPort: mon }));
  await startMonitor(folder, conf, fsid, mon, onDaemon);
  await startStore(folder, conf, onDaemon);
  await startGateway(folder, conf, gateway, onDaemon);
  return { endpoint: `http://127.0.0.1:${gateway}`, region: 'us-east-1', ...(await createUser(conf)) };
}

/**
 * @param {string} file
 * @param {string[]} args
 */
const ceph = (file, args) => run(`/usr/bin/${file}`, args, { remedy, timeoutMs: commandWaitMsMax });

/**
 * @param {string} folder
 * @param {string} conf
 * @param {string} fsid
 * @param {number} port
 * @param {(daemon: import('./daemons.mjs').Daemon) => void} onDaemon
 */
async function startMonitor(folder, conf, fsid, port, onDaemon) {
  const [keyring, map] = [join(folder, 'keyring'), join(folder, 'monmap')];
  const everything = ['mon', 'osd', 'mgr', 'mds'].flatMap((part) => [
    '--cap',
    part,
    part === 'mds' ? 'allow' : 'allow *',
  ]);
  await ceph('ceph-authtool', ['--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *']);
  await ceph('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', ...everything]);
  await ceph('monmaptool', ['--create', '--clobber', '--addv', 'a', `[v1:127.0.0.1:${port}]`, '--fsid', fsid, map]);
  mkdirSync(join(folder, 'mon'));
  await ceph('ceph-mon', ['-c', conf, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring]);
  onDaemon(startDaemon(folder, '/usr/bin/ceph-mon', ['-c', conf, '-f', '-i', 'a']));
}

/**
 * @param {string} folder
 * @param {string} conf
 * @param {(daemon: import('./daemons.mjs').Daemon) => void} onDaemon
 */
async function startStore(folder, conf, onDaemon) {
  const uuid = randomUUID();
  const data = join(folder, 'osd');
  mkdirSync(data);
  const id = (await ceph('ceph', ['-c', conf, 'osd', 'new', uuid])).trim();
  const key = ['--gen-key', '-n', `osd.${id}`, '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'];
  await ceph('ceph-authtool', ['--create-keyring', join(data, 'keyring'), ...key]);
  await ceph('ceph', ['-c', conf, 'auth', 'add', `osd.${id}`, '-i', join(data, 'keyring')]);
  await ceph('ceph-osd', ['-c', conf, '-i', id, '--mkfs', '--osd-uuid', uuid, '--osd-data', data]);
  onDaemon(startDaemon(folder, '/usr/bin/ceph-osd', ['-c', conf, '-f', '-i', id, '--osd-data', data]));
}

/**
 * @param {string} folder
 * @param {string} conf
 * @param {number} port
 * @param {(daemon: import('./daemons.mjs').Daemon) => void} onDaemon
 */
async function startGateway(folder, conf, port, onDaemon) {
  const options = [`--rgw_frontends=beast endpoint=127.0.0.1:${port}`, '--rgw_data', join(folder, 'rgw')];
  const daemon = startDaemon(folder, '/usr/bin/radosgw', ['-c', conf, '-f', '-n', 'client.admin', ...options]);
  onDaemon(daemon);
  const startMs = performance.now();
  while (daemon.running() && performance.now() - startMs < gatewayWaitMsMax) {
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await sleep(50);
  }
  throw new SetupError(
    `Ceph's gateway does not answer:\n${readFileSync(join(folder, 'radosgw.log'), 'utf8').slice(-1500)}\n${remedy}`,
  );
}

/**
 * @param {string} conf
 * @returns {Promise<{ accessKeyId: string, secretAccessKey: string }>}
 */
async function createUser(conf) {
  const keys = {
    accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  const user = [
    '--uid',
    'afluente',
    '--display-name',
    'Afluente',
    '--access-key',
    keys.accessKeyId,
    '--secret-key',
    keys.secretAccessKey,
  ];
  await ceph('radosgw-admin', ['-c', conf, '-n', 'client.admin', 'user', 'create', ...user, '--max-buckets', '0']);
  return keys;
}
