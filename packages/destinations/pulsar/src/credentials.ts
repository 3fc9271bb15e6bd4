import { defineSchema, type TypeOf } from '@dest/core';
import { HOST_PATTERN } from './host';

const ONE_WAY =
  'should hold one way of authentication: token, or username with password, or oauth2. Remove the others; a client ' +
  'certificate (tls.clientCertificate) may stand beside each.';

/** How to reach a Pulsar cluster, what to trust there, and how to prove who we are. */
export const credentials = defineSchema({
  type: 'object',
  properties: {
    host: {
      type: 'string',
      title: 'Address',
      description:
        'Where Pulsar is. pulsar://broker:6650 and pulsar+ssl://broker:6651 use the native client (the package ' +
        'pulsar-client); ws://broker:8080, wss://broker:8443, http:// and https:// use the WebSocket API, which needs ' +
        'nothing installed.',
      pattern: HOST_PATTERN,
      examples: ['pulsar://broker:6650', 'wss://broker:8443'],
    },
    token: {
      type: 'string',
      title: 'Token',
      description: 'A token (JSON Web Token) of a role that may produce to the topic. Absent: no token.',
      pattern: '^[\\x21-\\x7e]+$',
      writeOnly: true,
    },
    username: {
      type: 'string',
      title: 'User name',
      description: 'Basic authentication: the user, without a colon.',
      pattern: '^[^:\\u0000-\\u001f\\u007f]+$',
      examples: ['dest'],
    },
    password: {
      type: 'string',
      title: 'Password',
      description: "Basic authentication: the user's password.",
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      writeOnly: true,
    },
    oauth2: {
      type: 'object',
      title: 'OAuth 2.0',
      description: 'OAuth 2.0 client credentials: a token is fetched from the issuer, and again before it expires.',
      properties: {
        issuerUrl: {
          type: 'string',
          title: 'Issuer',
          description:
            'The issuer; its token endpoint is read from <issuerUrl>/.well-known/openid-configuration. Without query.',
          pattern: '^https?://[^\\s/?#@]+(/[^\\s?#@]*)?$',
          examples: ['https://login.example/realms/pulsar'],
        },
        clientId: { type: 'string', title: 'Client', description: "The client's id.", minLength: 1 },
        clientSecret: {
          type: 'string',
          title: 'Client secret',
          description: "The client's secret.",
          minLength: 1,
          writeOnly: true,
        },
        privateKey: {
          type: 'string',
          title: 'Key file',
          description:
            'Instead of clientId and clientSecret: the JSON file that holds client_id and client_secret, as Pulsar ' +
            'services hand it out; a path, or the text itself.',
          minLength: 1,
          writeOnly: true,
        },
        audience: {
          type: 'string',
          title: 'Audience',
          description: 'Which service the token is for, where the issuer wants to know.',
          minLength: 1,
          examples: ['urn:pulsar:main'],
        },
        scope: {
          type: 'string',
          title: 'Scope',
          description: 'What the token should allow, several separated by spaces.',
          minLength: 1,
        },
      },
      required: ['issuerUrl'],
      dependencies: {
        clientId: {
          required: ['clientSecret'],
          not: { required: ['privateKey'] },
          description: 'should hold either clientId with clientSecret, or privateKey, not both',
        },
        clientSecret: ['clientId'],
      },
      if: { not: { required: ['privateKey'] } },
      then: { required: ['clientId', 'clientSecret'] },
      additionalProperties: false,
    },
    tls: {
      type: 'object',
      title: 'TLS',
      description: 'For wss://, https:// and pulsar+ssl://. Certificates and keys are PEM: a path, or the text itself.',
      properties: {
        trustCertificate: {
          type: 'string',
          title: 'Trusted certificates',
          description:
            "The certificate of the authority that signed the broker's, or several. Absent: those that the system trusts.",
          minLength: 1,
          examples: ['./ca.pem'],
        },
        clientCertificate: {
          type: 'string',
          title: 'Client certificate',
          description:
            'What we show to the broker. Without token, username and oauth2 it says who we are (mutual TLS).',
          minLength: 1,
          examples: ['./client.pem'],
        },
        clientKey: {
          type: 'string',
          title: 'Client key',
          description: 'The private key of clientCertificate, not encrypted.',
          minLength: 1,
          writeOnly: true,
        },
        verifyHostname: {
          type: 'boolean',
          title: 'Verify the host name',
          description: "Whether the broker's certificate must name the host of the address.",
          default: true,
        },
      },
      dependencies: { clientCertificate: ['clientKey'], clientKey: ['clientCertificate'] },
      additionalProperties: false,
    },
  },
  required: ['host'],
  dependencies: {
    token: { not: { anyOf: [{ required: ['username'] }, { required: ['oauth2'] }] }, description: ONE_WAY },
    username: { required: ['password'], not: { required: ['oauth2'] }, description: ONE_WAY },
    password: ['username'],
  },
  if: { properties: { host: { type: 'string', pattern: '^(pulsar|ws|http)://' } }, required: ['host', 'tls'] },
  then: {
    not: { required: ['tls'] },
    description: 'tls needs an address with TLS: set host to wss://, https:// or pulsar+ssl://, or remove tls.',
  },
  additionalProperties: false,
});

export type PulsarCredentials = TypeOf<typeof credentials>;
