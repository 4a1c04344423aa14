/** The tone after which a machine records. */
export const beep = Symbol('beep');

/** The sounds that make-greetings.ts makes: what answers a telephone, as generated speech. */
export interface TelephoneSound {
  readonly name: string;
  readonly label: 'machine' | 'person';
  /** Of the text; `-` when nothing is said. */
  readonly language: 'en' | 'es' | 'pt' | '-';
  /** A voice of espeak-ng, with a variant after the plus sign. */
  readonly voice: string;
  /** Words per minute. */
  readonly speed: number;
  /** One after the other: words to say, seconds of silence, or the beep. */
  readonly pieces: readonly (string | number | typeof beep)[];
  /** What is heard all the while; `quiet` is next to nothing, as on a digital line. */
  readonly background: Background;
}

/** `line`: faint hiss. `street`: a steady noise that is louder than some silence. `radio`: somebody else talks. */
export type Background = 'quiet' | 'line' | 'street' | 'radio';

/**
 * A machine ends with its beep or falls silent; a person says little and waits. Some begin at once, most
 * after half a second, as when a handset goes to an ear.
 */
export const telephoneSounds: readonly TelephoneSound[] = [
  machine('greeting', 'en', 'en-us+f3', 165, [
    'You have reached our office. We cannot take your call right now. Please leave a message after the tone.',
    0.5,
    beep,
  ]),
  machine('machine-en-long', 'en', 'en-gb+m3', 160, [
    0.5,
    'Thank you for calling Acme dental clinic. Our office is closed at the moment.',
    0.4,
    'Please leave your name, your number and a short message, and we will call you back on the next working day.',
    0.6,
    beep,
  ]),
  machine('machine-en-not-home', 'en', 'en-us+m2', 180, [
    'Hi, we are not home right now. Leave us a message.',
    0.7,
    beep,
  ]),
  machine('machine-en-voicemail', 'en', 'en-us+f2', 190, [
    0.5,
    'Hi, this is voicemail, leave a message.',
    0.5,
    beep,
  ]),
  machine('machine-en-tersest', 'en', 'en-gb+m1', 190, ['Leave a message.', 0.4, beep]),
  machine(
    'machine-en-street',
    'en',
    'en-us+m4',
    175,
    ["I can't come to the phone now. Please leave your message after the beep.", 0.5, beep],
    'street',
  ),
  machine('machine-en-late', 'en', 'en-us+f4', 170, [
    1.5,
    'The person you are calling cannot answer. At the tone, please record your message.',
    0.5,
    beep,
  ]),
  machine('machine-en-very-late', 'en', 'en-gb+f1', 170, [
    3.5,
    'Your call has been forwarded to voicemail. Please leave a message.',
    0.5,
    beep,
  ]),
  machine('machine-en-pauses', 'en', 'en-us+m1', 165, [
    'Hello.',
    1.2,
    'I am away from my desk. Please leave a message and I will call you back.',
    0.5,
    beep,
  ]),
  machine('machine-en-carrier', 'en', 'en-us+f5', 160, [
    0.5,
    'The subscriber you have dialled is not available. Please try again later.',
  ]),
  machine('machine-beep-only', '-', 'en-us', 165, [1, beep]),
  machine('machine-es-long', 'es', 'es-419+f3', 165, [
    'Gracias por llamar. En este momento no podemos atenderle.',
    0.4,
    'Por favor deje su nombre, su número de teléfono y un mensaje después del tono, y le devolveremos la llamada.',
    0.5,
    beep,
  ]),
  machine('machine-es-mailbox', 'es', 'es-419+m3', 170, [
    0.5,
    'La llamada será enviada al buzón de voz. Después del tono, grabe su mensaje.',
    0.4,
    beep,
  ]),
  machine('machine-es-short', 'es', 'es+m2', 180, [
    0.5,
    'Ahora no estoy. Deja un mensaje.',
    0.5,
    beep,
  ]),
  machine('machine-es-carrier', 'es', 'es-419+f2', 165, [
    'El número que usted marcó no está disponible o se encuentra fuera del área de servicio.',
  ]),
  machine('machine-pt-mailbox', 'pt', 'pt-br+f3', 165, [
    0.5,
    'Sua chamada está sendo encaminhada para a caixa postal. Deixe seu recado após o sinal.',
    0.4,
    beep,
  ]),
  machine(
    'machine-pt-line',
    'pt',
    'pt-br+m3',
    170,
    ['Olá, no momento não posso atender. Por favor, deixe sua mensagem.', 0.5, beep],
    'line',
  ),
  machine('machine-pt-short', 'pt', 'pt+f2', 185, [0.5, 'Deixe o seu recado.', 0.5, beep]),
  person('hello', 'en', 'en-us+f3', 150, ['Hello?']),
  person('person-en-yes', 'en', 'en-us+m3', 160, [0.5, 'Yes?']),
  person('person-en-who', 'en', 'en-gb+m2', 165, [0.5, 'Hello, who is this?']),
  person('person-en-twice', 'en', 'en-us+m1', 150, [0.5, 'Hello?', 1.2, 'Hello?']),
  person('person-en-twice-quickly', 'en', 'en-gb+f2', 170, [0.5, 'Hello?', 0.5, 'Hello?']),
  person('person-en-late', 'en', 'en-us+f2', 150, [2, 'Hello?']),
  person('person-en-line', 'en', 'en-us+m2', 150, [0.4, 'Hello?', 4], 'line'),
  person('person-en-street', 'en', 'en-us+f4', 150, [0.6, 'Hello?', 5], 'street'),
  person('person-en-radio', 'en', 'en-gb+m4', 150, [0.6, 'Hello?', 5], 'radio'),
  person('person-en-reception', 'en', 'en-gb+f3', 170, [
    0.5,
    'Good morning, Acme dental clinic, how can I help you?',
  ]),
  person('person-es-bueno', 'es', 'es-419+m1', 150, ['¿Bueno?']),
  person('person-es-diga', 'es', 'es+f2', 160, [0.5, '¿Sí, diga?']),
  person('person-es-de-parte', 'es', 'es-419+f4', 170, [0.5, '¿Bueno, quién habla?']),
  person('person-es-reception', 'es', 'es-419+f2', 170, [
    0.5,
    'Clínica dental Acme, buenas tardes, ¿en qué le puedo servir?',
  ]),
  person('person-pt-alo', 'pt', 'pt-br+m2', 150, ['Alô?']),
  person('person-pt-quem', 'pt', 'pt-br+f2', 165, [0.5, 'Alô, quem fala?']),
  person('person-silence', '-', 'en-us', 165, [3]),
];

type Words = readonly [
  name: string,
  language: TelephoneSound['language'],
  voice: string,
  speed: number,
  pieces: TelephoneSound['pieces'],
  background?: Background,
];

function machine(...words: Words): TelephoneSound {
  return sound('machine', words);
}

function person(...words: Words): TelephoneSound {
  return sound('person', words);
}

function sound(
  label: TelephoneSound['label'],
  [name, language, voice, speed, pieces, background = 'quiet']: Words,
): TelephoneSound {
  return { name, label, language, voice, speed, pieces, background };
}
