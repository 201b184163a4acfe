/** The parts between commas, trimmed; none for an empty text. A comma too many gives an empty part, for its reader to refuse. */
export function splitList(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
}
