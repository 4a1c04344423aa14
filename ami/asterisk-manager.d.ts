/** The part of asterisk-manager 0.2.0 that ami-connection.ts uses; the package ships no types. */
declare module 'asterisk-manager' {
  interface Manager {
    connect(port: number, host: string, onConnected: () => void): void;
    login(done: (error?: unknown) => void): void;
    /** Writes the action, or holds it when not logged in; returns the ActionID it used. */
    action(fields: Record<string, unknown>): string;
    on(event: string, listener: (...args: never[]) => void): void;
    listeners(event: string): ((...args: unknown[]) => void)[];
    removeAllListeners(event: string): void;
  }
  /** With a null port it does not connect by itself. */
  function createManager(
    port: null,
    host: string,
    username: string,
    password: string,
    events: boolean,
  ): Manager;
  export = createManager;
}
