import type { DialerClient } from '../client/dialer-client.ts';
import type { CampaignReport, ContactCounts } from '../client/records.ts';
import type { Cli } from './cli.ts';

const barWidth = 40;
const plainLineEveryMs = 5_000;

/**
 * Waits until a campaign is settled and shows how far it is on stderr: a bar that is redrawn on a
 * terminal, otherwise a plain line now and then. Ctrl-C ends the waiting, not the campaign.
 */
export async function showProgress(
  cli: Cli,
  client: DialerClient,
  campaign: string,
): Promise<CampaignReport> {
  const { stderr } = cli.terminal;
  const isTerminal = stderr.isTTY === true;
  let shown = '';
  let shownAt = -Infinity;
  const show = (counts: ContactCounts) => {
    const text = isTerminal ? progressBar(counts) : plainProgress(counts);
    const isDue = isTerminal || performance.now() - shownAt >= plainLineEveryMs;
    if (text === shown || (!isDue && counts.pending > 0)) return;
    shown = text;
    shownAt = performance.now();
    stderr.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
  };
  try {
    const signal = cli.terminal.stopSignal();
    return await client.waitUntilSettled(campaign, { signal, onProgress: show });
  } finally {
    if (isTerminal && shown !== '') stderr.write('\n');
  }
}

function progressBar(counts: ContactCounts): string {
  const settled = counts.total - counts.pending;
  const filled = counts.total === 0 ? barWidth : Math.floor((barWidth * settled) / counts.total);
  const bar = '#'.repeat(filled).padEnd(barWidth, '.');
  return `[${bar}] ${plainProgress(counts)}`;
}

function plainProgress({ total, connected, unanswered, failed, pending }: ContactCounts): string {
  return `${total - pending} of ${total} settled: ${connected} connected, ${unanswered} unanswered, ${failed} failed`;
}
