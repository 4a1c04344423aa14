/**
 * What is known of Asterisk's versions, as of 2026-11. End-of-life dates: docs.asterisk.org, "Asterisk
 * Versions". Advisories: github.com/asterisk/asterisk, where the fix names the advisory it resolves, with
 * the first release of each branch that has it. Only advisories that a manager user, or somebody who
 * reaches the manager port, can make use of.
 */
export const releasesKnownAt = '2026-11-24';

/** Day after which a branch gets no fix, not for security either. Branches before 13 are left out: all over. */
export const endOfLife: ReadonlyMap<number, string> = new Map([
  [13, '2021-10-24'],
  [14, '2018-09-26'],
  [15, '2019-10-03'],
  [16, '2023-10-09'],
  [17, '2021-10-28'],
  [18, '2025-10-20'],
  [19, '2023-11-02'],
  [20, '2027-10-19'],
  [21, '2026-10-18'],
  [22, '2029-10-16'],
  [23, '2027-10-15'],
]);

export interface Advisory {
  /** As Asterisk publishes it. */
  readonly id: string;
  readonly summary: string;
  /** First fixed release of each branch; an older branch has no fix, a newer one never had the fault. */
  readonly fixedIn: readonly string[];
  /** The same for Certified Asterisk, such as `18.9-cert11`. */
  readonly fixedInCertified: readonly string[];
}

export const advisories: readonly Advisory[] = [
  {
    id: 'ASTERISK-28580',
    summary: 'a manager user who may originate can run shell commands (application Originate)',
    fixedIn: ['13.29.2', '16.6.2', '17.0.1'],
    fixedInCertified: ['13.21-cert5', '16.3-cert1'],
  },
  {
    id: 'ASTERISK-30176',
    summary:
      'a manager user with config rights can read files outside of the configuration (GetConfig)',
    fixedIn: ['16.29.1', '18.15.1', '19.7.1', '20.0.1'],
    fixedInCertified: ['18.9-cert4'],
  },
  {
    id: 'GHSA-c4cg-9275-6w44',
    summary: 'a manager user who may originate can change files and so run shell commands',
    fixedIn: ['18.24.2', '20.9.2', '21.4.2'],
    fixedInCertified: ['18.9-cert11', '20.7-cert2'],
  },
  {
    id: 'GHSA-33x6-fj46-6rfh',
    summary: 'a manager user with config rights can list files elsewhere (ListCategories)',
    fixedIn: ['18.26.1', '20.11.1', '21.6.1', '22.1.1'],
    fixedInCertified: ['18.9-cert13', '20.7-cert4'],
  },
  {
    id: 'GHSA-3rhj-hhw7-m6fw',
    summary: 'a wrong login can end Asterisk where the manager answers over HTTP (webenabled)',
    fixedIn: ['20.20.1', '21.12.3', '22.10.1', '23.4.1'],
    fixedInCertified: ['20.7-cert11', '22.8-cert3'],
  },
];
