import { findPackage, readPackageManifest, type InstalledPackage } from '@dest/core';
import { inspectApplication } from '@dest/host';
import { dirname, join, resolve } from 'node:path';
import { findProject } from '../add/find-project';
import type { CommandContext, GlobalOptions } from '../command-context';
import { bindingFindings } from '../doctor/binding-findings';
import { coreFindings } from '../doctor/core-findings';
import { exitCodeOfFinding, type Finding } from '../doctor/finding';
import { installedPlugins } from '../doctor/installed-plugins';
import { nodeFindings } from '../doctor/node-findings';
import { outboxFindings } from '../doctor/outbox-findings';
import { peerFindings } from '../doctor/peer-findings';
import { pluginFindings } from '../doctor/plugin-findings';
import { configurationFinding, reachFindings } from '../doctor/reach-findings';
import { renderFinding, renderSummary } from '../doctor/render-findings';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import { loggerFor } from '../output/logger';
import { startActivity } from '../output/start-activity';

export interface DoctorOptions extends GlobalOptions {
  /** False: no destination is connected to. */
  readonly check: boolean;
}

/** `dest doctor`: what is wrong with what is installed, the configuration, the outbox and the other sides, each with its remedy. */
export async function doctor(context: CommandContext, options: DoctorOptions): Promise<ExitCode> {
  const { console } = context;
  const { json } = options;
  const findings: Finding[] = [];
  for await (const found of examine(context, options)) {
    findings.push(...found);
    if (!json) for (const finding of found) await console.print(renderFinding(finding, console.colors));
  }
  const exitCode = worstOf([EXIT.done, ...findings.map(exitCodeOfFinding)]);
  if (json) await console.printJson({ ok: exitCode === EXIT.done, findings: findings.map(jsonOf) });
  else await console.print(`\n${renderSummary(findings, console.colors)}`);
  return exitCode;
}

/** What is found, in the order in which it is looked for: what is installed first, since the rest stands on it. */
async function* examine(context: CommandContext, options: DoctorOptions): AsyncGenerator<readonly Finding[]> {
  const { console, environment, clock, faults } = context;
  const { config, check, verbose } = options;
  const during = async <Result>(what: string, looking: Promise<Result>): Promise<Result> => {
    const end = startActivity(console, what);
    return looking.finally(end);
  };
  const folder = dirname(resolve(config));
  const own = await ownPackages();
  yield nodeFindings(own);
  const loading = inspectApplication({ config, environment, clock, logger: loggerFor(console, verbose) });
  const { application, issues, name } = await during('Loading the plugins', loading);
  if (application === undefined) {
    yield await during('Looking for copies of core', coreFindings(findProject(folder), [folder]));
    const errors = issues.filter(({ severity }) => severity === 'error');
    yield errors.map((issue) => configurationFinding(issue, name));
    return;
  }
  console.redactWith(application.redact);
  faults.watch(application, console);
  try {
    const { configuration, plugins } = application;
    const installed = await installedPlugins(
      plugins.map(({ specification }) => specification),
      folder,
    );
    const folders = [folder, ...installed.map((each) => each.folder)];
    yield await during('Looking for copies of core', coreFindings(findProject(folder), folders));
    yield pluginFindings(application);
    // A plugin that is refused for it has told so.
    const refused = plugins.some(({ issue }) => issue?.code === 'PLUGIN_ENGINE_UNSUPPORTED');
    yield (await peerFindings(own, installed)).filter(({ code }) => code !== 'PEER_UNMET' || !refused);
    const host =
      configuration.outbox.type === 'sqlite' ? own.find((each) => each.manifest.name === '@dest/host') : undefined;
    yield await during('Looking for native parts', bindingFindings(installed, host));
    yield await during('Looking at the outbox', outboxFindings(context, options, application));
    yield await during('Checking the other sides', reachFindings(application, context, { reach: check, verbose }));
  } finally {
    await application.close();
  }
}

/** The packages of this command: itself, the host, and core as the host finds it. */
async function ownPackages(): Promise<readonly InstalledPackage[]> {
  const folder = resolve(__dirname, '..', '..');
  const manifest = await readPackageManifest(join(folder, 'package.json'));
  const host = await findPackage('@dest/host', folder);
  const core = await findPackage('@dest/core', folder);
  return [...(manifest === undefined ? [] : [{ folder, manifest }]), host, core].filter((each) => each !== undefined);
}

function jsonOf({ area, severity, code, message, remedy }: Finding): object {
  return { area, severity, code: code ?? null, message, remedy: remedy ?? null };
}
