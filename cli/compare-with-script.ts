import type { DialerClient } from '../client/dialer-client.ts';

/**
 * How the contacts of the demo ended, compared with the status that each row of its file names in the
 * column `expected`.
 */
export async function compareWithScript(client: DialerClient, campaign: string): Promise<string> {
  const ids = new Set<string>();
  for await (const { contactId } of client.numbers(campaign)) ids.add(contactId);
  const differences: string[] = [];
  for (const id of ids) {
    const { externalId, attributes, callStatus } = await client.showContact(id);
    const expected = attributes['expected'];
    if (callStatus === expected) continue;
    differences.push(`  ${externalId}: ${callStatus ?? 'pending'} instead of ${expected}`);
  }
  const count = `${ids.size - differences.length} of ${ids.size}`;
  return [`${count} contacts ended as examples/demo/contacts.csv says.`, ...differences].join('\n');
}
