/** The credentials of a resource, a side for production and one for tests. An instance is only ever handed one side. */
export interface ResourceCredentials<Credentials = unknown> {
  readonly production?: Credentials;
  readonly test?: Credentials;
}

/** A system on the other side, such as one Pulsar cluster, that destinations share. */
export interface Resource<Credentials = unknown> {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** Changes whenever the credentials do; part of the key under which connections are shared. */
  readonly version: string;
  readonly credentials: ResourceCredentials<Credentials>;
}
