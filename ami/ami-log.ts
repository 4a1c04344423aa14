/** Where the adapter reports; a pino logger fits. It is never given a frame, a number or a name. */
export interface AmiLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
