type Document = PDFKit.PDFDocument;

/** Writes down the page: headings, paragraphs, facts and tables, with page breaks where they are needed. */
export class PdfPage {
  private readonly document: Document;
  private readonly left: number;
  private readonly width: number;

  constructor(document: Document) {
    this.document = document;
    this.left = document.page.margins.left;
    this.width = document.page.width - document.page.margins.left - document.page.margins.right;
  }

  title(title: string, subtitle: string): void {
    this.document.font('Helvetica-Bold').fontSize(26).text(printable(title), this.left, 150);
    this.document.font('Helvetica').fontSize(16).text(printable(subtitle));
    this.document.moveDown(2);
  }

  heading(text: string): void {
    this.keep(70);
    this.document.moveDown(1);
    this.document.font('Helvetica-Bold').fontSize(14).text(printable(text), this.left);
    this.document.moveDown(0.4);
  }

  paragraph(text: string): void {
    this.document
      .font('Helvetica')
      .fontSize(10)
      .text(printable(text), this.left, undefined, { width: this.width, lineGap: 2 });
    this.document.moveDown(0.6);
  }

  /** Names and values. */
  facts(facts: readonly (readonly [string, string])[]): void {
    const rows = facts.map(([name, value]) => [name, value]);
    this.rows(rows, [110, this.width - 110], 'Helvetica');
    this.document.moveDown(0.8);
  }

  /** A table with its head on every page it is on. */
  table(head: readonly string[], widths: readonly number[], rows: readonly (readonly string[])[]): void {
    this.rows([head], widths, 'Helvetica-Bold');
    for (const row of rows) {
      if (this.keep(this.heightOf(row, widths))) this.rows([head], widths, 'Helvetica-Bold');
      this.rows([row], widths, 'Helvetica');
    }
    this.document.moveDown(0.8);
  }

  break(): void {
    this.document.addPage();
  }

  /** Puts title and page number at the foot of every page. Written last. */
  number(title: string): void {
    const { start, count } = this.document.bufferedPageRange();
    for (let index = 0; index < count; index++) {
      this.document.switchToPage(start + index);
      const { page } = this.document;
      // Below the margin, where text would begin another page.
      const { bottom } = page.margins;
      page.margins.bottom = 0;
      const text = `${printable(title)}    page ${index + 1} of ${count}`;
      const options = { width: this.width, align: 'center' as const, lineBreak: false };
      this.document
        .font('Helvetica')
        .fontSize(8)
        .text(text, this.left, page.height - 36, options);
      page.margins.bottom = bottom;
    }
  }

  private rows(rows: readonly (readonly string[])[], widths: readonly number[], font: string): void {
    for (const row of rows) {
      const height = this.heightOf(row, widths);
      this.keep(height);
      const top = this.document.y;
      let x = this.left;
      row.forEach((cell, index) => {
        const width = widths[index] ?? 0;
        this.document
          .font(font)
          .fontSize(8.5)
          .text(printable(cell), x, top, { width: width - 6 });
        x += width;
      });
      this.document.x = this.left;
      this.document.y = top + height;
    }
  }

  private heightOf(row: readonly string[], widths: readonly number[]): number {
    this.document.font('Helvetica-Bold').fontSize(8.5);
    const heights = row.map((cell, index) =>
      this.document.heightOfString(printable(cell), { width: (widths[index] ?? 0) - 6 }),
    );
    return Math.max(10, ...heights) + 4;
  }

  /** Begins a new page where so many points are not left; whether it did. */
  private keep(height: number): boolean {
    const { page, y } = this.document;
    if (y + height <= page.height - page.margins.bottom) return false;
    this.document.addPage();
    return true;
  }
}

/** The standard fonts have Latin-1 only; what they lack is shown as a question mark rather than as another letter. */
function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/gu, '?');
}
