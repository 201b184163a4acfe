import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from './bytes.ts';
import { canonicalBytes, canonicalJson, maxDepth } from './canonical-json.ts';

const canonical = (json: string) => canonicalJson(JSON.parse(json));

/** Matches the error of this code. */
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

/** RFC 8785 as its text reads, slowly: the reference for the property. */
function reference(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${reference(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

describe('canonical JSON', () => {
  it('writes the example of RFC 8785 section 3.2.2', () => {
    const input = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonical(input)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts members by UTF-16 code units, as in RFC 8785 section 3.2.3', () => {
    const input = String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`;
    const names = Object.values(JSON.parse(canonical(input)) as Record<string, string>);
    expect(
      canonical(input)
        .match(/:"[^"]+"/g)
        ?.map((match) => match.slice(2, -1)),
    ).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
    expect(names).toHaveLength(7);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555554', '333333333.33333325'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s of RFC 8785 appendix B as %s', (bits, text) => {
    const double = new DataView(new BigUint64Array([BigInt(`0x${bits}`)]).buffer).getFloat64(0, true);
    expect(canonicalJson(double)).toBe(text);
  });

  it('writes any JSON as the plain reading of the RFC does, whatever order members were set in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(canonicalJson(value)).toBe(reference(value));
        expect(decodeUtf8(canonicalBytes(value))).toBe(reference(value));
      }),
    );
  });

  it('gives the same text for the same members in another order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        expect(canonicalJson(Object.fromEntries(Object.entries(object).reverse()))).toBe(
          canonicalJson(object),
        );
      }),
    );
  });

  it('is not misled by objects that differ from the ones seen before at the same place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '__proto__x'), fc.jsonValue())),
        (items) => {
          expect(canonicalJson(items)).toBe(reference(items));
        },
      ),
    );
  });

  it('finds every control character, wherever the bytes lie in memory', () => {
    for (let code = 0; code < 0x20; code++) {
      for (let before = 0; before < 6; before++) {
        const value = { text: 'x'.repeat(before) + String.fromCharCode(code) + 'y' };
        expect(decodeUtf8(canonicalBytes(value))).toBe(JSON.stringify(value));
        expect(canonicalJson(value)).toBe(JSON.stringify(value));
      }
    }
  });

  it('reads its own text back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(canonicalJson(value))).toBe(canonicalJson(value));
        expect(canonicalBytes(value)).toEqual(encodeUtf8(canonicalJson(value)));
      }),
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1, c: { d: undefined } })).toBe('{"a":1,"c":{}}');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each([
    ['NaN', NaN, 'number_not_finite'],
    ['an infinity', { a: -Infinity }, 'number_not_finite'],
    ['a lone surrogate', ['\ud800'], 'lone_surrogate'],
    ['a lone surrogate in a name', { '\udfff': 1 }, 'lone_surrogate'],
    ['undefined in an array', [1, undefined], 'undefined_in_array'],
    ['undefined itself', undefined, 'not_a_json_value'],
    ['a hole in an array', new Array(2), 'undefined_in_array'],
    ['a date', { at: new Date(0) }, 'not_a_json_value'],
    ['a map', new Map(), 'not_a_json_value'],
    ['a function', { f: () => 1 }, 'not_a_json_value'],
    ['a big integer', 1n, 'not_a_json_value'],
    ['a cycle', cyclic, 'too_deep'],
  ])('refuses %s', (_, value, code) => {
    expect(() => canonicalJson(value)).toThrow(refusal(code));
    expect(() => canonicalBytes(value)).toThrow(refusal(code));
  });

  it('works on after a refusal and at the greatest depth', () => {
    let deep: unknown = 1;
    for (let level = 0; level < maxDepth; level++) deep = [deep];
    expect(canonicalJson(deep)).toBe('['.repeat(maxDepth) + '1' + ']'.repeat(maxDepth));
    expect(() => canonicalJson([deep])).toThrow(refusal('too_deep'));
    expect(canonicalJson({ b: 2, a: 1 })).toBe('{"a":1,"b":2}');
  });
});
