import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp, failureOf, systemClock, type Failure, type OAuth2, type OAuth2Settings } from '@dest/core';
import { FakeIssuer, recordingLogger, type IssuerBehaviour, type RecordingLogger } from '@dest/testkit';
import { HostOAuth2 } from '../../../src/oauth2/host-oauth2';
import { UnwrittenTokens } from '../../../src/oauth2/unwritten-tokens';

/** An issuer, a folder, and hosts that keep their tokens there. Everything is gone after the test. */
export interface TokenRig {
  readonly issuer: FakeIssuer;
  readonly folder: string;
  readonly logger: RecordingLogger;
  /** What redaction was told. */
  readonly learnt: Set<string>;
  /** Lets time pass, for all hosts. */
  pass(milliseconds: number): void;
  /** What another host, or the same after a restart, gives its plugins. */
  host(unwritten?: UnwrittenTokens): HostOAuth2;
  /** Tokens of the resource `crm` from a new host. */
  tokens(settings?: Partial<OAuth2Settings>, debug?: boolean): OAuth2;
  settings(changes?: Partial<OAuth2Settings>): OAuth2Settings;
  /** Waits for what the hosts fetch in the background. */
  settled(): Promise<void>;
}

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

export const SECRET = 's3cret/+=of-client';

export async function tokenRig(behaviour: IssuerBehaviour = {}): Promise<TokenRig> {
  const issuer = await FakeIssuer.start(behaviour);
  const folder = await mkdtemp(join(tmpdir(), 'tokens-'));
  const http = createHttp({ allow: ['127.0.0.1'] });
  ends.push(
    () => rm(folder, { recursive: true, force: true }),
    () => issuer.stop(),
    () => http.close(),
  );
  const logger = recordingLogger();
  const learnt = new Set<string>();
  let now = Date.now();
  const clock = { ...systemClock, now: () => now };
  const learn = (secret: string): void => void learnt.add(secret);
  const hosts: HostOAuth2[] = [];
  const host = (unwritten = new UnwrittenTokens()): HostOAuth2 => {
    const made = new HostOAuth2({ folder: join(folder, 'tokens'), unwritten, http, clock, logger, learn });
    hosts.push(made);
    return made;
  };
  const settings: TokenRig['settings'] = (changes = {}) => ({
    tokenUrl: `${issuer.url}/token`,
    clientId: 'dest',
    clientSecret: SECRET,
    ...changes,
  });
  return {
    issuer,
    folder: join(folder, 'tokens'),
    logger,
    learnt,
    pass: (milliseconds) => (now += milliseconds),
    host,
    tokens: (changes, debug = false) => host().tokensFor({ resource: 'crm', debug, settings: settings(changes) }),
    settings,
    settled: async () => void (await Promise.all(hosts.map((each) => each.close()))),
  };
}

/** What a host would make of a rejection. */
export async function failing(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => {
      throw new Error('should have failed');
    },
    (error: unknown) => failureOf(error),
  );
}
