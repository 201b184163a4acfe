const list = (words: string) => new Set(words.trim().split(/\s+/u));

/** Under these, on the next line too, stands who signed. */
export const signOffs = list('regards sincerely cheers best thanks thx signed respectfully');

/** After these comes a person, even by one word that no list has: people's parts, and greetings. */
export const personNouns = list(`
  patient patients pt pts client mother father mom mum dad wife husband son daughter sister brother spouse partner caregiver guardian
  grandmother grandfather grandma grandpa aunt uncle niece nephew cousin nurse doctor receptionist hygienist therapist
  surgeon physician colleague coworker neighbor roommate hi hello hey dear named tell remind ask let notify inform girlfriend boyfriend
  fiance fiancee baby infant resident widow intern trainee
`);

/** After these two capitalised words that no list has are a person. */
export const personPrepositions = list(`
  by with from for to about regarding re and saw seen met told asked called emailed phoned notified texted contacted paged
  reminded ask tell call let email phone notify remind contact schedule scheduled reschedule rescheduled interviewed
  discharged admitted examined treated vaccinated helped assisted informed behalf of cc attn assign assigned escalated
  reassigned per via visited visiting welcome meet where when that because since while if and said says thought did does
  has is was will can could should would before after until than between think thinks believe guess suspect know knows hear
  heard see hire employee user staff member assistant manager coordinator biller coder supervisor add remove enroll register
  give send show train invite include help helped support ask had have having were are did let needs cover covers replace
`);

/** Before these two capitalised words that no list has are a person. */
export const personVerbs = list(`
  called calls calling says said saying reports reported reporting states stated complains complained presented presents
  arrived arrives is was has had needs needed wants wanted wanting requested requests asked asks asking cannot can't couldn't
  forgot left came comes missed signed confirmed scheduled rescheduled cancelled canceled denies denied lives lived moved will
  would gets got went goes phoned texted emailed wrote thinks thought told tried tries picked paid owes received takes took
  feels felt brought dropped became who whose does did reached returned saw mentioned noticed needs prefers refuses refused
  declined agreed agrees consented turned lost fell died could should may might also still just again
`);

/** Before these one capitalised word that no list has is a person: only people do them. */
export const humanVerbs = list(`
  phoned texted complains complained denies presented lives fell forgot feels felt thinks thanked cried smokes drinks
  sleeps weighs coughs says said asked asks told tried wants wanted called thought wondered insists apologized
`);

/** Where somebody works, in `Xolani from billing`. */
export const departments = list(`
  billing reception accounting radiology dental pharmacy housekeeping security it hr lab nursing scheduling registration
  maintenance front intake records imaging surgery pediatrics cardiology
`);

/** Before these comes a thing: `the Wacom Intuos`, `our Ubiquiti Unifi`. */
export const determiners = list(`the our a an this that these its every each any new old another which`);

/** Lower-case words inside a name. */
export const particles = list(`
  de la las los del da das do dos di du van von der den ter ten bin bint binti ibn al el abu le y e san st
`);

/** What after two capitalised words makes them the heading of a person's record. */
export const recordFollows =
  /^["']?\s{0,2}[,;|/([–-]{0,2}\s{0,2}["'(]?(?:(?:dob|d\.o\.b|mrn|ssn|born|age[d]?|pt\s?id|patient\s?id|chart|phone|ph|tel|cell)\b|\d{1,3}[\s-]?(?:yo|y\/o|y\.o|yrs?|years?|[mf])\b|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|[mf][,;|/])/iu;
