/**
 * Makes the sounds of asterisk/sounds and their list, labels.csv, anew:
 *
 *   npx tsx scripts/make-greetings.ts
 *
 * Needs espeak-ng and sox (Debian packages of these names). Nobody else needs them: the sounds are kept in
 * the repository. GSM, because it takes a fifth of what µ-law takes and is what a mobile line sounds like.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beep, telephoneSounds, type Background, type TelephoneSound } from './telephone-sounds.ts';

const folder = fileURLToPath(new URL('../asterisk/sounds/', import.meta.url));
/** A frame of GSM is 33 bytes for 20 ms. */
const bytesPerSecond = 33 / 0.02;
const telephone = ['-r', '8000', '-c', '1', '-b', '16'];
const beepEffect = ['synth', '0.5', 'sine', '1000', 'vol', '0.3'];

const radioText =
  'And now the weather. It will be dry and warm in the north, with some rain near the coast later in the day.';

const scratch = mkdtempSync(join(tmpdir(), 'greetings-'));
try {
  const rows = telephoneSounds.map(make);
  writeFileSync(
    join(folder, 'labels.csv'),
    ['file,label,language,text,seconds', ...rows, ''].join('\n'),
  );
} finally {
  rmSync(scratch, { recursive: true });
}

/** Writes one sound; its row of the list. */
function make(sound: TelephoneSound): string {
  const target = join(folder, `${sound.name}.gsm`);
  const joined = join(scratch, `${sound.name}.wav`);
  const pieces = sound.pieces.map((piece, index) =>
    makePiece(sound, piece, join(scratch, `${sound.name}-${index}.wav`)),
  );
  sox(...pieces, joined);
  addBackground(sound.background, joined, target);
  const seconds = (statSync(target).size / bytesPerSecond).toFixed(1);
  const text = sound.pieces.filter((piece) => typeof piece === 'string');
  return `${sound.name}.gsm,${sound.label},${sound.language},"${text.join(' ')}",${seconds}`;
}

function makePiece(
  { voice, speed }: TelephoneSound,
  piece: TelephoneSound['pieces'][number],
  target: string,
): string {
  if (typeof piece === 'number') sox('-n', ...telephone, target, 'trim', '0', String(piece));
  else if (piece === beep) sox('-n', ...telephone, target, ...beepEffect);
  else say(piece, voice, speed, target);
  return target;
}

/** Speech as a telephone passes it on: 300 to 3,400 Hz, at the level people speak at. */
function say(text: string, voice: string, speed: number, target: string): void {
  const spoken = `${target}.spoken.wav`;
  execFileSync('espeak-ng', ['-v', voice, '-s', String(speed), '-w', spoken, text]);
  sox('--norm=-6', spoken, ...telephone, target, 'rate', '8000', 'sinc', '300-3400');
}

function addBackground(background: Background, sound: string, target: string): void {
  if (background === 'quiet') return sox(sound, '-r', '8000', '-c', '1', target);
  const noise = `${sound}.noise.wav`;
  const seconds = execFileSync('soxi', ['-D', sound], { encoding: 'utf8' }).trim();
  if (background === 'radio') {
    const story = `${sound}.radio.wav`;
    say(radioText, 'en-us+m7', 160, story);
    sox(story, noise, 'repeat', '9', 'trim', '0', seconds, 'vol', '0.1');
  } else {
    const [colour, volume] = background === 'line' ? ['pinknoise', '0.01'] : ['brownnoise', '0.12'];
    sox('-n', ...telephone, noise, 'synth', seconds, colour, 'highpass', '300', 'vol', volume);
  }
  sox('-m', '-v', '1', sound, '-v', '1', noise, '-r', '8000', '-c', '1', target);
}

/** Without dither, and with the same noise each time. */
function sox(...args: readonly string[]): void {
  execFileSync('sox', ['-R', '-D', '-V1', ...args]);
}
