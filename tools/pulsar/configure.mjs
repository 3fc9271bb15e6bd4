import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { certificateFiles, writeCertificates } from './certificates.mjs';
import { passwordFiles, writePasswords } from './passwords.mjs';
import { brokerPaths } from './paths.mjs';
import { ADMIN, tokenFiles, writeTokens } from './tokens.mjs';

const PROVIDERS = 'org.apache.pulsar.broker.authentication.AuthenticationProvider';

/**
 * Writes what a broker reads when it starts.
 * @param {{ name: string, auth: import('./state.mjs').Auth, ports: import('./state.mjs').Ports }} settings
 */
export async function configure({ name, auth, ports }) {
  const paths = brokerPaths(name);
  await mkdir(paths.data, { recursive: true, mode: 0o700 });
  if (auth !== 'none') await writeTokens(paths.tokens);
  if (auth === 'all') {
    await writeCertificates(paths.certificates);
    await writePasswords(paths.passwords);
  }
  const lines = {
    ...loopback(ports),
    ...oneNode(),
    ...(auth === 'none' ? {} : tokenAuthentication(paths.tokens)),
    ...(auth === 'all' ? everyAuthentication(paths, ports) : {}),
  };
  const text = Object.entries(lines).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(paths.configuration, text.join(''), { mode: 0o600 });
  await writeFile(paths.logging, LOGGING);
}

/** @param {{ broker: number, http: number }} ports */
function loopback(ports) {
  return {
    clusterName: 'standalone',
    bindAddress: '127.0.0.1',
    advertisedAddress: '127.0.0.1',
    brokerServicePort: ports.broker,
    webServicePort: ports.http,
    webSocketServiceEnabled: true,
    // Without these two the storage node listens on every interface of the machine.
    listeningInterface: loopbackInterface(),
    allowLoopback: true,
  };
}

function oneNode() {
  return {
    managedLedgerDefaultEnsembleSize: 1,
    managedLedgerDefaultWriteQuorum: 1,
    managedLedgerDefaultAckQuorum: 1,
    loadBalancerEnabled: false,
    brokerDeleteInactiveTopicsEnabled: false,
    // A nearly full disk would otherwise make the storage node read-only.
    diskUsageThreshold: 0.99,
    diskUsageWarnThreshold: 0.98,
  };
}

/** @param {string} folder */
function tokenAuthentication(folder) {
  const { secret, roles } = tokenFiles(folder);
  return {
    authenticationEnabled: true,
    authorizationEnabled: true,
    authenticationProviders: `${PROVIDERS}Token`,
    tokenSecretKey: `file://${secret}`,
    superUserRoles: ADMIN,
    brokerClientAuthenticationPlugin: 'org.apache.pulsar.client.impl.auth.AuthenticationToken',
    brokerClientAuthenticationParameters: `file://${roles[ADMIN]}`,
  };
}

/**
 * @param {{ certificates: string, passwords: string }} folders
 * @param {import('./state.mjs').Ports} ports
 */
function everyAuthentication({ certificates, passwords }, ports) {
  const { authority, broker } = certificateFiles(certificates);
  return {
    authenticationProviders: ['Token', 'Basic', 'Tls'].map((name) => PROVIDERS + name).join(','),
    basicAuthConf: `file://${passwordFiles(passwords).users}`,
    brokerServicePortTls: ports.brokerTls,
    webServicePortTls: ports.httpTls,
    tlsCertificateFilePath: broker.certificate,
    tlsKeyFilePath: broker.key,
    tlsTrustCertsFilePath: authority,
    // Who has another way to show who they are needs none.
    tlsRequireTrustedClientCertOnConnect: false,
  };
}

function loopbackInterface() {
  const named = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some(({ internal }) => internal),
  );
  return named?.[0] ?? 'lo';
}

const LOGGING = `<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN">
  <Appenders><Console name="console"><PatternLayout pattern="%d{ISO8601} %-5level %logger{1} - %msg%n"/></Console></Appenders>
  <Loggers><Logger name="org.apache.bookkeeper.client.TopologyAwareEnsemblePlacementPolicy" level="ERROR"/><Root level="INFO"><AppenderRef ref="console"/></Root></Loggers>
</Configuration>
`;
