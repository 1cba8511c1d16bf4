/** Servers and tools that only tests need: the S3 server, the compatibility versions of nats-server, Helm, Prometheus, a Docker engine. */
import { existsSync } from 'node:fs';
import { SetupError, say } from '../ground/say.mjs';
import { cephReady, installCeph } from './ceph-packages.mjs';
import { compatibilityLabels, debianServerPath, fetchDebianServer } from './debian-nats.mjs';
import { engineAnswers } from './docker-engine.mjs';
import { dockerPackagesReady, installDockerPackages } from './docker-packages.mjs';
import { fetchHelm, findHelm } from './helm.mjs';
import { fetchPrometheus, findPrometheus } from './prometheus.mjs';

/** @returns {boolean} */
export const testServersReady = () =>
  cephReady() &&
  dockerPackagesReady() &&
  findHelm() !== undefined &&
  findPrometheus() !== undefined &&
  compatibilityLabels.every((label) => existsSync(debianServerPath(label)));

/**
 * Gets them before a whole test run, so that no spec spends its time limit on a download. What cannot be had is said;
 * the specs that need it fail with the same words. The caller holds the set-up lock.
 */
export async function prepareTestServers() {
  const steps = [
    installCeph,
    installDockerUnlessItAnswers,
    fetchHelm,
    fetchPrometheus,
    ...compatibilityLabels.map((label) => () => fetchDebianServer(label)),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(error.message);
    }
  }
}

async function installDockerUnlessItAnswers() {
  if (!(await engineAnswers())) await installDockerPackages();
}
