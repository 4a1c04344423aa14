import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { DialerClient } from '../client/dialer-client.ts';
import type { Cli } from './cli.ts';
import { compareWithScript } from './compare-with-script.ts';
import { numberTable } from './list-tables.ts';
import { printRows } from './print-rows.ts';
import { faultText } from './print-import.ts';
import { reportText } from './report-text.ts';
import { showProgress } from './show-progress.ts';

const campaign = 'demo';

/**
 * Dials the demo campaign to its end and prints what came of it. What an earlier run began is gone on
 * with; what it finished is only printed again.
 */
export async function runDemo(cli: Cli): Promise<void> {
  await cli.withClient(async (client) => {
    const state = await prepareDemo(cli, client);
    if (state === 'draft' || state === 'running') {
      await client.startCampaign(campaign);
      await showProgress(cli, client, campaign);
    }
    await printRows(cli, client.numbers(campaign), { columns: numberTable, json: undefined });
    await cli.print(`\n${reportText(await client.report(campaign))}`);
    await cli.print(`\n${await compareWithScript(client, campaign)}`);
  });
}

async function prepareDemo(cli: Cli, client: DialerClient) {
  const campaigns = await client.listCampaigns();
  const known = campaigns.find(({ name }) => name === campaign);
  if (known !== undefined && known.state !== 'draft') {
    cli.say(`the campaign ${campaign} is ${known.state}: nobody is dialled twice`);
    return known.state;
  }
  if (known === undefined)
    await client.createCampaign(await readFile(demoFile('campaign.yaml'), 'utf8'));
  await client.importSuppressions(openDemoFile('suppressed.csv'), { country: 'MX' });
  // Repeated after an import that was cut off, the rows that are there already are refused.
  const onFault =
    known === undefined
      ? (fault: Parameters<typeof faultText>[0]) => cli.say(faultText(fault))
      : undefined;
  const result = await client.importContacts(campaign, openDemoFile('contacts.csv'), {
    ...(onFault === undefined ? {} : { onFault }),
  });
  cli.say(`contacts: imported ${result.imported}, refused ${result.refused}`);
  return 'draft' as const;
}

function openDemoFile(name: string): AsyncIterable<Uint8Array> {
  return createReadStream(demoFile(name)) as AsyncIterable<Uint8Array>;
}

/** In a checkout, or one folder further up from the compiled files. */
function demoFile(name: string): URL {
  const [here, above] = ['../', '../../'].map(
    (up) => new URL(`${up}examples/demo/${name}`, import.meta.url),
  );
  if (here === undefined || above === undefined) throw new Error('unreachable');
  return existsSync(here) ? here : above;
}
