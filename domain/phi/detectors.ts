import type { Detector } from './detector.ts';
import { addressDetectors, contactDetectors } from './detectors/contacts.ts';
import { dateDetectors } from './detectors/dates.ts';
import { labelledNameDetectors } from './detectors/labelled-names.ts';
import { messageDetectors } from './detectors/messages.ts';
import { numberDetectors } from './detectors/numbers.ts';
import { placeDetectors } from './detectors/places.ts';
import { referenceDetectors } from './detectors/references.ts';

export { addressDetectors };

/**
 * What finds the identifiers of 45 CFR 164.514(b)(2)(i), and by what each is recognised:
 *
 * | | identifier | recognised by | not found |
 * |-|-|-|-|
 * | A | names | a label, a title, a degree; in free text a dictionary and words of a person beside it | a lone name that no list has, without such words; names in other scripts without a label |
 * | B | places | house number and street word, P.O. box, city with state, ZIP code or words of living there, county; ZIP codes with state or label, or of nine digits | a lone city; five digits alone |
 * | C | dates, ages over 89 | day and month in figures or words, month and year; age beside a word of age | years, epoch times, weekdays, relative dates |
 * | D, E | telephone, fax | North American groups; `+` or `00` and country; any digits with a label | seven or ten digits in one, without a label |
 * | F | e-mail | the address, also with `[at]`, `(dot)` or spaces | words for signs without brackets |
 * | G | social security number | 3-2-4 digits with dashes, dots or slashes; any digits with a label, also the last four | nine digits in one, without a label |
 * | H | medical record number | a label | without a label |
 * | I | health plan number | a label; the form of a Medicare number | without a label |
 * | J | account number | a label; payment cards and IBANs by check digit | without a label |
 * | K | certificate, licence | a label; DEA numbers by check digit | without a label |
 * | L | vehicle | a label; VINs by check digit | plates without a label |
 * | M | device | a label; MAC addresses, UUIDs, GS1 device identifiers | serial numbers without a label |
 * | N | URL | scheme or `www.` | bare host names and paths, which are what a host's facts are about |
 * | O | IP address | its form, and only where asked | |
 * | P | biometric | a label and the reference or template after it | the data themselves |
 * | Q | full-face photograph | an image file whose name or label says so | the image itself |
 * | R | other unique number | a label; NHS and British insurance numbers by form and check digit | anything without a label |
 *
 * In order of precedence: where two finds begin at one place, the first kind names the token.
 */
export const detectors: readonly Detector[] = [
  ...contactDetectors.filter(({ kind }) => kind !== 'PHONE'),
  ...messageDetectors,
  ...numberDetectors,
  ...labelledNameDetectors,
  ...dateDetectors,
  ...contactDetectors.filter(({ kind }) => kind === 'PHONE'),
  ...placeDetectors,
  ...referenceDetectors,
];
