import { spawn } from 'node:child_process';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findMaven } from './environment.mjs';
import { withLock } from './lock.mjs';
import { pom, settings } from './maven-files.mjs';
import { HOME, INSTALL_FOLDER, PULSAR_VERSION } from './paths.mjs';
import { ToolFailure } from './tool-failure.mjs';

const JARS_EXPECTED = 303;
const PROGRESS_INTERVAL_MS = 5_000;
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/**
 * Fetches the broker's jars from Maven Central, unless they are there already.
 * @param {(line: string) => void} report receives progress, a line every few seconds
 * @returns {Promise<string>} the folder that holds the jars
 * @throws {ToolFailure} MAVEN_MISSING, DOWNLOAD_FAILED
 */
export async function install(report) {
  if (await exists(INSTALL_FOLDER)) return join(INSTALL_FOLDER, 'jars');
  await mkdir(HOME, { recursive: true });
  await withLock(
    join(HOME, 'install.lock'),
    () => fetchJars(report),
    () => report("Another process is fetching Pulsar's jars; waiting for it."),
  );
  return join(INSTALL_FOLDER, 'jars');
}

/** @param {(line: string) => void} report */
async function fetchJars(report) {
  if (await exists(INSTALL_FOLDER)) return;
  const maven = findMaven();
  const staging = `${INSTALL_FOLDER}.part`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  await writeFile(join(staging, 'pom.xml'), pom());
  await writeFile(join(staging, 'settings.xml'), settings());
  report(`Fetching Apache Pulsar ${PULSAR_VERSION} from Maven Central (about ${JARS_EXPECTED} jars, 200 MB, once).`);
  await runMaven(maven, staging, report);
  // The folder's final name is what says that it is complete.
  await rename(staging, INSTALL_FOLDER);
  report(`Kept ${(await readdir(join(INSTALL_FOLDER, 'jars'))).length} jars in ${INSTALL_FOLDER}.`);
}

/**
 * @param {string} maven
 * @param {string} folder
 * @param {(line: string) => void} report
 */
async function runMaven(maven, folder, report) {
  const child = spawn(
    maven,
    [
      '--batch-mode',
      '--global-settings',
      join(folder, 'settings.xml'),
      '--file',
      join(folder, 'pom.xml'),
      COPY_GOAL,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(folder, 'jars')}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const startedAt = Date.now();
  /** @type {string[]} */
  const errors = [];
  let downloaded = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/Downloaded from .*\.jar/.test(line)) downloaded += 1;
    if (line.includes('[ERROR]')) errors.push(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    report(`… ${downloaded} of about ${JARS_EXPECTED} jars after ${seconds} s`);
  }, PROGRESS_INTERVAL_MS);
  try {
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    if (status === 0) return;
  } finally {
    clearInterval(progress);
  }
  throw new ToolFailure(
    'DOWNLOAD_FAILED',
    `Maven could not fetch Apache Pulsar ${PULSAR_VERSION}. Check that Maven Central is reachable, then run this again: ` +
      `what is downloaded already is kept. Maven said:\n${errors.slice(0, 12).join('\n')}`,
  );
}

/** @param {string} path */
async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
