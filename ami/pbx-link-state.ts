/**
 * - `down`: not started, stopped, or waiting before the next try.
 * - `connecting`: from the first packet until the PBX said FullyBooted.
 * - `booted`: calls can be placed.
 * - `refused`: the login was refused; tried again once a minute.
 */
export type PbxLinkState = 'down' | 'connecting' | 'booted' | 'refused';
