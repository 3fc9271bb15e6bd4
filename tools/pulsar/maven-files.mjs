import { PULSAR_VERSION } from './paths.mjs';

/** Parts of the broker that a standalone on loopback never loads; without them the download is half as large. */
const EXCLUSIONS = [
  ['io.kubernetes', '*'],
  ['io.grpc', 'grpc-xds'],
  ['net.bytebuddy', '*'],
  ['org.jetbrains.kotlin', '*'],
];

/** @returns {string} a pom whose runtime dependencies are a Pulsar broker */
export function pom() {
  const exclusions = EXCLUSIONS.map(
    ([group, artifact]) => `<exclusion><groupId>${group}</groupId><artifactId>${artifact}</artifactId></exclusion>`,
  ).join('');
  // Without the imported bill of materials Maven mixes versions of Netty and BookKeeper, and the broker does not start.
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>pulsar-standalone</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencyManagement><dependencies><dependency>
    <groupId>org.apache.pulsar</groupId><artifactId>pulsar</artifactId><version>${PULSAR_VERSION}</version>
    <type>pom</type><scope>import</scope>
  </dependency></dependencies></dependencyManagement>
  <dependencies><dependency>
    <groupId>org.apache.pulsar</groupId><artifactId>pulsar-broker</artifactId><version>${PULSAR_VERSION}</version>
    <exclusions>${exclusions}</exclusions>
  </dependency></dependencies>
</project>
`;
}

/**
 * Global settings: the user's own settings (a proxy, a mirror) stay in force and come first.
 * Pulsar's poms name further repositories, which are not needed and not reachable everywhere: those are blocked.
 * @returns {string}
 */
export function settings() {
  return `<?xml version="1.0" encoding="UTF-8"?>
<settings><mirrors><mirror>
  <id>central-only</id><mirrorOf>*,!central</mirrorOf><url>http://127.0.0.1:9</url><blocked>true</blocked>
</mirror></mirrors></settings>
`;
}
