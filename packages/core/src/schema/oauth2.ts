import { OAUTH2_MARK } from './oauth2-mark';

/** How a client gets its tokens (RFC 6749, 4.4 and 6). */
export type OAuth2Grant = 'client_credentials' | 'refresh_token';

export interface OAuth2Options {
  /** What users may choose from. With both, the credentials decide: with a `refreshToken` it is used. Default: both. */
  readonly grants?: readonly OAuth2Grant[];
  readonly title?: string;
  readonly description?: string;
}

const URL_PATTERN = '^https?://[^\\s/?#@]+(/[^\\s?#@]*)?$';
const ONE_ADDRESS = 'should hold either tokenUrl or issuerUrl, not both';

const fields = {
  type: 'object',
  properties: {
    tokenUrl: {
      type: 'string',
      title: 'Token address',
      description: 'Where tokens are asked for: http:// or https://.',
      pattern: '^https?://[^\\s/#@]+(/[^\\s#@]*)?$',
      examples: ['https://login.example.com/oauth/token'],
    },
    issuerUrl: {
      type: 'string',
      title: 'Issuer',
      description:
        'Instead of tokenUrl: the issuer, whose token address is read from <issuerUrl>/.well-known/openid-configuration.',
      pattern: URL_PATTERN,
      examples: ['https://login.example.com/realms/shop'],
    },
    clientId: { type: 'string', minLength: 1, title: 'Client', description: "The client's id." },
    clientSecret: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      title: 'Client secret',
      description: "The client's secret.",
    },
    clientAuthentication: {
      type: 'string',
      enum: ['body', 'basic'],
      title: 'Client authentication',
      description: 'How the issuer wants to be told id and secret: body (default), or basic authentication.',
    },
    refreshToken: {
      type: 'string',
      pattern: '^[\\x20-\\x7e]+$',
      writeOnly: true,
      title: 'Refresh token',
      description:
        'The one that was given when access was granted. Those that the issuer gives later are kept by the host.',
    },
    scope: {
      type: 'string',
      minLength: 1,
      title: 'Scope',
      description: 'What the token should allow, several separated by spaces.',
      examples: ['contacts.read contacts.write'],
    },
    audience: {
      type: 'string',
      minLength: 1,
      title: 'Audience',
      description: 'Which service the token is for, where the issuer wants to know.',
      examples: ['https://api.example.com'],
    },
  },
  required: ['clientId'],
  additionalProperties: false,
} as const;

/** What `oauth2` gives: a part of a schema, for a property of the credentials. */
export type OAuth2Fields = typeof fields;

const NEEDED: Readonly<Record<string, object>> = {
  client_credentials: { required: ['clientSecret'] },
  refresh_token: { required: ['refreshToken'] },
  both: { if: { not: { required: ['refreshToken'] } }, then: { required: ['clientSecret'] } },
};

/**
 * The schema of OAuth 2.0 settings, for one property of a credentials schema: users say there how tokens are got, and the
 * constructor's `OAUTH2` has them.
 *
 * ```ts
 * const credentials = defineSchema({ type: 'object', properties: { oauth2: oauth2() }, additionalProperties: false });
 * ```
 */
export function oauth2(options: OAuth2Options = {}): OAuth2Fields {
  const {
    grants = ['client_credentials', 'refresh_token'],
    title = 'OAuth 2.0',
    description = 'Tokens are fetched from an issuer, and again before they expire.',
  } = options;
  const needed = NEEDED[grants.length === 1 ? (grants[0] as string) : 'both'];
  const { refreshToken, ...others } = fields.properties;
  const schema = {
    ...fields,
    title,
    description,
    properties: grants.includes('refresh_token') ? { ...others, refreshToken } : others,
    dependencies: { tokenUrl: { not: { required: ['issuerUrl'] }, description: ONE_ADDRESS } },
    allOf: [{ if: { not: { required: ['issuerUrl'] } }, then: { required: ['tokenUrl'] } }, needed],
    [OAUTH2_MARK]: true,
  };
  // What of it is there at run time only narrows the type.
  return schema as unknown as OAuth2Fields;
}
