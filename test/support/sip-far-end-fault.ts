import type { ResponseFault } from './sip-far-end-script.ts';

/** A response as no parser may believe it. */
export function breakResponse(response: string, fault: ResponseFault): string {
  switch (fault) {
    case 'status line':
      return response.replace(/^SIP\/2\.0 \d+/, 'SIP/2.0 4x6');
    case 'no Via':
      return withoutLine(response, 'Via');
    case 'no CSeq':
      return withoutLine(response, 'CSeq');
    case 'other branch':
      return response.replace(/branch=[^;\r]+/, 'branch=z9hG4bK-of-somebody-else');
    case 'cut':
      return response.slice(0, response.indexOf('Call-ID'));
  }
}

function withoutLine(message: string, name: string): string {
  const lines = message.split('\r\n');
  return lines.filter((line) => !line.startsWith(`${name}:`)).join('\r\n');
}
