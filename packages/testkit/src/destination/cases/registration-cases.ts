import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DestinationRegistry, failureOf, type RegisteredType } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import { isAbility } from '../ability';
import { casesOf } from '../cases-of';
import type { DestinationCase, Subject } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';
import { expectFailure } from '../expect-failure';

const { plain, tried } = casesOf('registration');

/** Long enough for a connection on loopback. */
const GRACE_MS = 50;

interface Manifest {
  readonly name?: string;
  readonly keywords?: readonly string[];
  readonly dest?: { readonly api?: unknown };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const METHOD_OF = { batches: 'dispatchBatch', check: 'check', forget: 'forgetProfile' } as const;

/** What a class and its package say of themselves. */
export const registrationCases: readonly DestinationCase[] = [
  plain('it is registered under a name, with a title and a description', async ({ Class }) => {
    const registered = registeredOf(Class);
    const { kind, package: name, title, description } = registered;
    expectEqual(kind, 'destination', 'what it is registered as');
    expectThat(title.trim() !== '' && title !== name, `the registration has a title for people; it is "${title}"`);
    expectThat(description.trim() !== '', 'the registration has a description, one sentence');
  }),
  plain(
    'its package.json says that it is a plugin of this api',
    async ({ Class, kit }) => {
      const { package: name } = registeredOf(Class);
      const manifest = await manifestIn(kit.folder);
      expectEqual(manifest.dest?.api, 1, 'dest.api of package.json');
      expectThat(manifest.keywords?.includes('dest-plugin') === true, 'keywords of package.json have dest-plugin');
      const own = manifest.name ?? '';
      const isOwn = name === own || name.startsWith(`${own}#`);
      expectThat(isOwn, `the name that it registers, ${name}, is that of its package, ${own}, or that and #something`);
    },
    { needs: ['manifest'] },
  ),
  plain(
    'its package.json says which @dest/core it needs',
    async ({ kit }) => {
      const { dependencies, peerDependencies } = await manifestIn(kit.folder);
      const found = [peerDependencies, dependencies].filter((each) => each?.['@dest/core'] !== undefined).length;
      expectThat(
        found > 0,
        'peerDependencies of package.json have @dest/core, such as ">=0.1.0 <1"; or dependencies, for a copy of its own',
      );
      expectThat(found === 1, 'one of peerDependencies and dependencies of package.json has @dest/core, not both');
    },
    { needs: ['manifest'] },
  ),
  tried('an instance keeps the debug, resource and destination that it is handed', async (trial) => {
    for (const debug of [false, true]) {
      const instance = trial.create({ debug });
      const { destination, resource } = trial.creation({ debug });
      expectEqual(instance.debug, debug, 'debug of an instance');
      expectEqual(instance.destination?.id, destination.id, 'the id of the destination of an instance');
      expectEqual(instance.resource?.id, resource?.id ?? '', 'the id of the resource of an instance');
      const sides = Object.keys(instance.resource.credentials);
      expectEqual(sides, [debug ? 'test' : 'production'], 'the sides of the credentials that an instance has');
    }
  }),
  tried(
    'making an instance connects nowhere',
    async (trial) => {
      trial.create();
      await setTimeout(GRACE_MS);
      expectEqual(trial.site.proxy.accepted, 0, 'how many connections were made by the constructor alone');
    },
    { needs: ['network'] },
  ),
  tried('what its kit declares that it can not do, it does not do', async (trial) => {
    const { cannot = {} } = trial.subject.kit;
    for (const [ability, reason] of Object.entries(cannot)) {
      expectThat(isAbility(ability), `cannot names what there is; ${ability} is not known`);
      expectThat(reason.trim() !== '', `cannot.${ability} has the reason`);
    }
    for (const [ability, method] of Object.entries(METHOD_OF)) {
      if (cannot[ability as keyof typeof METHOD_OF] === undefined) continue;
      const { prototype } = trial.subject.Class as unknown as { readonly prototype: Readonly<Record<string, unknown>> };
      expectThat(
        typeof prototype[method] !== 'function',
        `it has no ${method}(), since its kit declares cannot.${ability}`,
      );
    }
    const { port } = trial.site.server;
    expectThat(
      cannot.network === undefined || port === undefined,
      'start() gives no port, since its kit declares cannot.network',
    );
    if (cannot.answers !== undefined && cannot.network === undefined) await expectNoWaiting(trial);
    await expectRefused(trial, 'event', cannot.events);
    await expectRefused(trial, 'profile', cannot.profiles);
  }),
];

async function expectNoWaiting(trial: DestinationTrial): Promise<void> {
  const instance = await trial.open();
  await trial.deliver(instance);
  await trial.site.proxy.fail('hang');
  const failure = await trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs));
  expectThat(failure === undefined, 'a delivery waits for no answer, since its kit declares cannot.answers');
}

async function expectRefused(trial: DestinationTrial, kind: 'event' | 'profile', declared?: string): Promise<void> {
  if (declared === undefined) return;
  const instance = await trial.open();
  const failure = await trial.outcomeOf(trial.deliver(instance, { kind }));
  const what = `of the ${kind}s that its kit declares it does not take`;
  expectThat(failure !== undefined, `a delivery ${what} fails`);
  expectFailure(failure, { retry: 'permanent', scope: 'item' }, `a delivery is one ${what}`);
}

function registeredOf(Class: Subject['Class']): RegisteredType {
  try {
    return new DestinationRegistry({ from: process.cwd() }).register(Class);
  } catch (error) {
    expectThat(false, `a registry takes the class; it says: ${failureOf(error).message}`);
  }
}

async function manifestIn(folder = ''): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
