// What @dest/core exports, as text: packages/core/etc/*.api.md. Without parameters it writes the reports; with --check it
// fails where they are not what the built declarations say, and shows the difference.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const packageFolder = fileURLToPath(new URL('../packages/core', import.meta.url));
const reportFolder = join(packageFolder, 'etc');

/** By the name of the report: the declarations of an entry point. */
const ENTRY_POINTS = {
  core: { declarations: 'dist/index.d.ts', withUnexported: true },
  // What it leaves unexported is, nearly all, in the other report.
  'core-outbox': { declarations: 'dist/outbox/index.d.ts', withUnexported: false },
};

const check = process.argv.includes('--check');
const made = mkdtempSync(join(tmpdir(), 'dest-api-'));
let failed = false;
try {
  mkdirSync(reportFolder, { recursive: true });
  for (const [name, { declarations, withUnexported }] of Object.entries(ENTRY_POINTS)) {
    const { apiReportChanged, succeeded } = Extractor.invoke(configOf(name, declarations, withUnexported), {
      localBuild: !check,
      messageCallback: (message) => {
        // What changed is said below; which version of TypeScript is used, nobody asked.
        message.handled = message.logLevel !== ExtractorLogLevel.Error && message.category === 'console';
      },
    });
    if (check && apiReportChanged) {
      failed = true;
      console.error(`@dest/core no longer has the API that packages/core/etc/${name}.api.md says:\n`);
      showDifference(join(reportFolder, `${name}.api.md`), join(made, `${name}.api.md`));
    } else if (!succeeded) failed = true;
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}
if (failed) {
  console.error(
    '\nWhere this is meant, and docs/reference/versioning.md allows it: run `npm run api`, and commit the reports with the\n' +
      'change. Where it is not: mend the exports.',
  );
  process.exitCode = 1;
}

function configOf(name, declarations, withUnexported) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: join(packageFolder, declarations),
      compiler: { tsconfigFilePath: join(packageFolder, 'tsconfig.json') },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder,
        reportTempFolder: made,
        includeForgottenExports: withUnexported,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'warning' } },
        extractorMessageReporting: {
          default: { logLevel: 'warning' },
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, 'package.json'),
  });
}

function showDifference(committed, current) {
  try {
    execFileSync('git', ['diff', '--no-index', '--no-color', '--', committed, current], { stdio: 'inherit' });
  } catch {
    // It ends with 1 where there is a difference, as there is.
  }
}
