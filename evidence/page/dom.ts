/**
 * The little of a browser that the page needs, so that nothing else of the project is compiled against a browser's names. The
 * elements are those of page.html.
 */
export interface PageElement {
  textContent: string | null;
  className: string;
  value: string;
  files: ArrayLike<PageFile> | null;
  append(...nodes: (PageElement | string)[]): void;
  replaceChildren(...nodes: PageElement[]): void;
  addEventListener(event: string, listener: (event: PageEvent) => void): void;
  focus(): void;
}

export interface PageFile {
  readonly name: string;
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface PageEvent {
  preventDefault(): void;
  readonly dataTransfer?: { readonly files: ArrayLike<PageFile> } | null;
}

export interface PageDocument {
  getElementById(id: string): PageElement | null;
  createElement(tag: string): PageElement;
}

/** An element of that tag with its children in it. */
export function element(
  document: PageDocument,
  tag: string,
  ...children: (PageElement | string)[]
): PageElement {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}
