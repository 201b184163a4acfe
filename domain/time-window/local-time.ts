/** A weekday as time windows name it. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** What a wall clock shows, to the minute. */
export interface LocalTime {
  day: Weekday;
  /** Minutes since local midnight, as the clock shows them: 0 to 1439. */
  minuteOfDay: number;
}

const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the runtime knows the IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a wall clock in `timeZone` shows at an instant, daylight saving included.
 * @throws RangeError where the time zone is not known
 */
export function localTimeAt(atMs: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const day = weekdays.find((name) => name === parts.get('weekday')?.toLowerCase());
  if (day === undefined) throw new RangeError(`no weekday at ${atMs} in ${timeZone}`);
  return { day, minuteOfDay: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

/** The day before. */
export function dayBefore(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + 6) % 7] ?? day;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}
