import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError, NotFoundError, RefusedError } from '../../domain/errors.ts';

describe('errors', () => {
  it('of a configuration list all faults with their places', () => {
    const faults = [
      { path: 'ringTimeout', message: 'write 30s' },
      { path: '', message: 'the file is empty' },
    ];
    const error = new ConfigError(faults);
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.equal(error.name, 'ConfigError');
    assert.equal(error.faults, faults);
    assert.equal(error.message, 'ringTimeout: write 30s\nthe file is empty');
  });

  it('carry a stable code', () => {
    assert.equal(new RefusedError('CAMPAIGN_RUNNING', 'it is running').code, 'CAMPAIGN_RUNNING');
    assert.equal(new NotFoundError('NO_SUCH_CAMPAIGN', 'none').code, 'NO_SUCH_CAMPAIGN');
    assert.ok(new RefusedError('A', 'b') instanceof Error);
  });
});
