/** A further SIP trunk of the PBX, to a peer on loopback that is no Asterisk of ours. */
export interface ExtraTrunk {
  /** Of the endpoint, as dial strings name it. */
  readonly name: string;
  /** UDP, on 127.0.0.1. */
  readonly port: number;
  /** Further lines of the endpoint; one that names an option again wins over the shipped setting. */
  readonly endpoint?: readonly string[];
  /** What answers a challenge of the peer; by default nothing does. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** Their sections of pjsip.conf, with the settings of the shipped trunk. */
export function extraTrunkSections(
  trunks: readonly ExtraTrunk[],
  shipped: readonly string[],
): string {
  return trunks.map((trunk) => sectionsOf(trunk, shipped).join('\n')).join('\n');
}

function sectionsOf(trunk: ExtraTrunk, shipped: readonly string[]): string[] {
  const { name, port, endpoint = [], credentials } = trunk;
  const named = new Set(endpoint.map(optionOf));
  return [
    ...[`[${name}]`, 'type = endpoint', `aors = ${name}`, 'disallow = all', 'allow = ulaw'],
    ...shipped.filter((line) => !named.has(optionOf(line))),
    ...endpoint,
    ...(credentials ? [`outbound_auth = ${name}`] : []),
    '',
    ...[`[${name}]`, 'type = aor', `contact = sip:127.0.0.1:${port}`, ''],
    ...(credentials ? authSection(name, credentials) : []),
  ];
}

function authSection(
  name: string,
  { username, password }: NonNullable<ExtraTrunk['credentials']>,
): string[] {
  return [
    ...[`[${name}]`, 'type = auth', 'auth_type = userpass'],
    ...[`username = ${username}`, `password = ${password}`, ''],
  ];
}

const optionOf = (line: string): string => (line.split('=')[0] ?? '').trim();
