import type { SeededRandom } from '../../test/faults/seeded-random.ts';
import { familyName, filedName, fullName, givenName, pick } from './person-name.ts';

type Make = (random: SeededRandom) => string;

const digits = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => random.between(0, 9)).join('');
const letters = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => pick(random, Array.from('ABCDEFGHJKLMNPQRSTUVWXYZ'))).join('');
const hex = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => pick(random, Array.from('0123456789abcdef'))).join('');
const two = (value: number) => String(value).padStart(2, '0');
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The check digit that makes a number pass ISO/IEC 7812-1. */
function luhnDigit(body: string): string {
  const sum = Array.from(body).reduceRight((total, digit, position) => {
    const isDoubled = (body.length - 1 - position) % 2 === 0;
    const value = Number(digit) * (isDoubled ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

const date: Make = (random) => {
  const [y, m, d] = [random.between(1931, 2026), random.between(1, 12), random.between(1, 28)];
  const month = months[m - 1] ?? '';
  const short = month.slice(0, 3);
  return pick(random, [
    `${y}-${two(m)}-${two(d)}`,
    `${two(m)}/${two(d)}/${y}`,
    `${m}/${d}/${y}`,
    `${two(d)}.${two(m)}.${y}`,
    `${two(d)}-${two(m)}-${y}`,
    `${m}/${d}/${two(y % 100)}`,
    `${month} ${d}, ${y}`,
    `${short} ${d} ${y}`,
    `${d} ${month} ${y}`,
    `${d}-${short}-${y}`,
    `${d}-${short.toUpperCase()}-${two(y % 100)}`,
    `${d}${d === 1 || d === 21 ? 'st' : d === 2 || d === 22 ? 'nd' : d === 3 || d === 23 ? 'rd' : 'th'} of ${month} ${y}`,
    `${month} ${d}`,
    `${y}/${two(m)}/${two(d)}`,
    `${y}-${two(m)}-${two(d)}T${two(random.between(0, 23))}:${two(random.between(0, 59))}:${two(random.between(0, 59))}Z`,
    `${month} ${y}`,
  ]);
};

const phone: Make = (random) => {
  const [area, office, line] = [
    `${random.between(2, 9)}${digits(random, 2)}`,
    `${random.between(2, 9)}${digits(random, 2)}`,
    digits(random, 4),
  ];
  return pick(random, [
    `(${area}) ${office}-${line}`,
    `${area}-${office}-${line}`,
    `${area}.${office}.${line}`,
    `+1 ${area} ${office} ${line}`,
    `1-${area}-${office}-${line}`,
    `(${area})${office}-${line}`,
    `${area}-${office}-${line} x${random.between(10, 999)}`,
    `+52 ${random.between(10, 99)} ${digits(random, 4)} ${digits(random, 4)}`,
    `+44 20 ${digits(random, 4)} ${digits(random, 4)}`,
    `+84 ${random.between(10, 99)} ${digits(random, 3)} ${digits(random, 4)}`,
  ]);
};

const street: Make = (random) => {
  const name = pick(random, [
    'Juniper',
    'Old Mill',
    'Kosciuszko',
    'Windham Hill',
    'Orchard',
    'Saint Anne',
    '14th',
    'Larkspur',
    'Bluff',
    'Ponce de Leon',
    'Martin Luther King',
    'Wexford',
    'Tecumseh',
    'Sycamore',
    'Fairview',
  ]);
  const type = pick(random, [
    'Street',
    'St',
    'Ave',
    'Avenue',
    'Blvd',
    'Road',
    'Rd',
    'Lane',
    'Ln',
    'Dr',
    'Drive',
    'Court',
    'Ct',
    'Way',
    'Terrace',
    'Pkwy',
    'Trail',
    'Place',
    'Circle',
  ]);
  const side = random.chance(0.2) ? `${pick(random, ['N', 'S', 'E', 'W', 'N.', 'West', 'NE'])} ` : '';
  const flat = random.chance(0.3)
    ? `${pick(random, [', ', ' '])}${pick(random, ['Apt', 'Unit', 'Suite', '#', 'Apt.'])} ${random.between(1, 40)}${pick(random, ['', 'B', 'C'])}`
    : '';
  return `${random.between(1, 19999)} ${side}${name} ${type}${flat}`;
};
const cityState: Make = (random) =>
  pick(random, [
    'Springfield, IL',
    'Lancaster, PA',
    'El Paso, TX',
    'Winston-Salem, NC',
    'St. Paul, MN',
    'Santa Fe, New Mexico',
    'Bangor, ME',
    'Fort Wayne, IN',
    'Yakima, WA',
    'Tuscaloosa, AL',
    'Coeur d’Alene, ID',
    'Bowling Green, Kentucky',
  ]);
const zip: Make = (random) =>
  random.chance(0.3) ? `${digits(random, 5)}-${digits(random, 4)}` : digits(random, 5);
const city: Make = (random) =>
  pick(random, [
    'Tulsa',
    'Kalamazoo',
    'Grand Rapids',
    'Sioux Falls',
    'Poughkeepsie',
    'Chattanooga',
    'Eau Claire',
    'Walla Walla',
    'Ypsilanti',
    'Laredo',
    'Guadalajara',
    'Da Nang',
    'Chennai',
    'Lagos',
  ]);

const address: Make = (random) => {
  const form = random.next();
  if (form < 0.55) return `${street(random)}, ${cityState(random)} ${zip(random)}`;
  if (form < 0.75) return street(random);
  if (form < 0.85) return `PO Box ${random.between(10, 9999)}, ${cityState(random)} ${zip(random)}`;
  return `${street(random)}, ${city(random)}`;
};

const email: Make = (random) => {
  const local = pick(random, [
    'jq.public',
    'mkhw.x',
    'the_gardener77',
    'sunny-day',
    'r.thistle',
    'front.desk+kid',
    'n1ghtowl',
    'familia.zaragoza',
  ]);
  return `${local}${random.between(1, 99)}@${pick(random, ['mail.example.com', 'example.org', 'inbox.example.net', 'clinic.example', 'correo.example.mx'])}`;
};
const url: Make = (random) =>
  `${pick(random, ['https://portal.example.com/p/', 'http://my.clinic.example/chart?id=', 'https://www.example.org/results/', 'www.example.net/appt/', 'ftp://files.example.com/export/'])}${hex(random, 8)}`;

/** For each placeholder of a template, what makes its value. */
export const identifiers = {
  name: fullName,
  filed: filedName,
  given: givenName,
  family: familyName,
  lowername: (random) => fullName(random).toLowerCase(),
  ssn: (random) => {
    const [a, b, c] = [`${random.between(1, 7)}${digits(random, 2)}`, digits(random, 2), digits(random, 4)];
    return pick(random, [`${a}-${b}-${c}`, `${a}-${b}-${c}`, `${a} ${b} ${c}`, `${a}.${b}.${c}`]);
  },
  ssndigits: (random) => digits(random, 9),
  mrn: (random) =>
    pick(random, [
      digits(random, 8),
      digits(random, 7),
      `${letters(random, 1)}${digits(random, 6)}`,
      `${digits(random, 2)}-${digits(random, 2)}-${digits(random, 2)}`,
      `${letters(random, 2)}-${digits(random, 5)}`,
    ]),
  plan: (random) =>
    pick(random, [
      `${letters(random, 3)}${digits(random, 9)}`,
      `${letters(random, 1)}${digits(random, 8)}-${digits(random, 2)}`,
      digits(random, 10),
    ]),
  mbi: (random) => {
    const letter = () => pick(random, Array.from('ACDEFGHJKMNPQRTUVWXY'));
    const parts = `${random.between(1, 9)}${letter()}${random.between(0, 9)}${random.between(0, 9)}-${letter()}${letter()}${random.between(0, 9)}-${letter()}${letter()}${digits(random, 2)}`;
    return random.chance(0.5) ? parts : parts.replaceAll('-', '');
  },
  account: (random) =>
    pick(random, [digits(random, 10), digits(random, 12), `${letters(random, 2)}${digits(random, 7)}`]),
  card: (random) => {
    const body = `4${digits(random, 14)}`;
    const number = body + luhnDigit(body);
    return random.chance(0.5) ? number : (number.match(/.{4}/gu) ?? []).join(pick(random, [' ', '-']));
  },
  licence: (random) =>
    pick(random, [
      `${letters(random, 1)}${digits(random, 7)}`,
      `${letters(random, 2)}-${digits(random, 6)}`,
      digits(random, 9),
    ]),
  plate: (random) =>
    pick(random, [
      `${random.between(1, 9)}${letters(random, 3)}${digits(random, 3)}`,
      `${letters(random, 3)}-${digits(random, 4)}`,
      `${letters(random, 3)} ${digits(random, 3)}`,
    ]),
  vin: (random) => vin(random),
  email,
  phone,
  phonedigits: (random) =>
    `${random.between(2, 9)}${digits(random, 2)}${random.between(2, 9)}${digits(random, 6)}`,
  date,
  isodate: (random) =>
    `${random.between(1931, 2025)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
  compactdate: (random) =>
    `${random.between(1931, 2025)}${two(random.between(1, 12))}${two(random.between(1, 28))}`,
  age: (random) => String(random.between(90, 108)),
  address,
  street,
  city,
  citystate: cityState,
  county: (random) =>
    pick(random, [
      'Kane County',
      'Orange County',
      'St. Tammany Parish',
      'Muskogee County',
      'Santa Clara County',
      'Berks County',
    ]),
  statezip: (random) => `${pick(random, ['IL', 'TX', 'NY', 'FL', 'WA', 'GA', 'OH'])} ${zip(random)}`,
  zip,
  url,
  serial: (random) =>
    pick(random, [
      `SN${digits(random, 8)}`,
      `${letters(random, 3)}${digits(random, 7)}`,
      `${digits(random, 4)}-${letters(random, 2)}${digits(random, 4)}`,
    ]),
  mac: (random) => (hex(random, 12).match(/../gu) ?? []).join(':'),
  uuid: (random) =>
    `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`,
  template: (random) => pick(random, [`FT-${digits(random, 8)}`, hex(random, 16), `BIO${digits(random, 6)}`]),
  photo: (random) =>
    `${pick(random, ['IMG_', 'patient_photo_', 'face-', 'intake_portrait_', 'headshot-', 'wound_photo_'])}${digits(random, 4)}.${pick(random, ['jpg', 'jpeg', 'png', 'HEIC', 'dcm'])}`,
  other: (random) =>
    pick(random, [
      `${letters(random, 2)}${digits(random, 7)}`,
      digits(random, 8),
      `${letters(random, 1)}-${digits(random, 6)}`,
    ]),
} satisfies Record<string, Make>;
export type IdentifierName = keyof typeof identifiers;

function vin(random: SeededRandom): string {
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const values: Record<string, number> = {
    A: 1,
    B: 2,
    C: 3,
    D: 4,
    E: 5,
    F: 6,
    G: 7,
    H: 8,
    J: 1,
    K: 2,
    L: 3,
    M: 4,
    N: 5,
    P: 7,
    R: 9,
    S: 2,
    T: 3,
    U: 4,
    V: 5,
    W: 6,
    X: 7,
    Y: 8,
    Z: 9,
  };
  const body = Array.from(
    `1${letters(random, 4).replaceAll('Q', 'R')}${digits(random, 3)}0${letters(random, 2).replaceAll('Q', 'R')}${digits(random, 6)}`,
  );
  const sum = body.reduce(
    (total, character, index) => total + (weights[index] ?? 0) * (values[character] ?? Number(character)),
    0,
  );
  body[8] = sum % 11 === 10 ? 'X' : String(sum % 11);
  return body.join('');
}

/** Identifiers only where addresses are asked for. */
export const network = {
  ip: (random) =>
    pick(random, [
      `10.${random.between(0, 255)}.${random.between(0, 255)}.${random.between(1, 254)}`,
      `192.168.${random.between(0, 255)}.${random.between(1, 254)}`,
      `203.0.113.${random.between(1, 254)}`,
      `2001:db8::${hex(random, 4)}`,
      `fe80::${hex(random, 4)}:${hex(random, 4)}`,
    ]),
} satisfies Record<string, Make>;
export type NetworkName = keyof typeof network;

/** The times that log lines begin with: dates, and so identifiers, but too plain to be counted among the others. */
export const timestamps = {
  ts: (random) => {
    const [m, d] = [random.between(1, 12), random.between(1, 28)];
    const clock = `${two(random.between(0, 23))}:${two(random.between(0, 59))}:${two(random.between(0, 59))}`;
    return pick(random, [
      `${(months[m - 1] ?? '').slice(0, 3)} ${two(d)}`,
      `2026-${two(m)}-${two(d)} ${clock}`,
      `2026-${two(m)}-${two(d)}T${clock}.${digits(random, 6)}+00:00`,
    ]);
  },
} satisfies Record<string, Make>;
export type TimestampName = keyof typeof timestamps;

/** For each placeholder that is no identifier, what makes its value. */
export const technical = {
  n: (random) => String(random.between(0, 99)),
  pid: (random) => String(random.between(100, 99_999)),
  big: (random) => String(random.between(100_000, 99_999_999)),
  port: (random) => String(random.between(1024, 65_535)),
  host: (random) =>
    pick(random, ['reception-1', 'xray-ws', 'front-desk-2', 'pacs01', 'srv-db', 'debian', 'nas']),
  unit: (random) =>
    pick(random, [
      'ssh.service',
      'cron.service',
      'postgresql@17-main.service',
      'nftables.service',
      'chrony.service',
      'apt-daily.timer',
      'session-42.scope',
      'systemd-journald.service',
    ]),
  pkg: (random) =>
    pick(random, [
      'openssh-server',
      'libssl3t64',
      'linux-image-amd64',
      'postgresql-17',
      'base-files',
      'tzdata',
      'ca-certificates',
      'libpam-modules',
      'bind9-dnsutils',
    ]),
  version: (random) =>
    `${random.between(0, 9)}.${random.between(0, 30)}.${random.between(0, 20)}-${random.between(1, 9)}${pick(random, ['', '+deb13u1', '~bpo13+1', 'ubuntu0.2'])}`,
  user: (random) =>
    pick(random, ['root', 'backup', 'postgres', 'www-data', 'deploy', 'svc-scan', 'malachor']),
  hexaddr: (random) => `0x${hex(random, 12)}`,
  sha: (random) => hex(random, 40),
  secs: (random) => `${random.between(0, 9999)}.${digits(random, 6)}`,
  epoch: (random) => `17${digits(random, 8)}`,
  kb: (random) => String(random.between(100, 9_999_999)),
  pct: (random) => String(random.between(0, 100)),
} satisfies Record<string, Make>;
export type TechnicalName = keyof typeof technical;
