/** How a lake is named. What the pipeline file takes, and what settings say of it, follow from this list; libs/store/open-store.ts opens each. */
const urls: readonly { readonly begins: string; readonly forms: readonly string[] }[] = [
  { begins: 'file:', forms: ['file:./folder', 'file:///absolute'] },
  { begins: 's3://', forms: ['s3://bucket/prefix'] },
];

export const lakeUrlPattern = `^(${urls.map(({ begins }) => begins).join('|')}).+`;

export const lakeUrlForms: readonly string[] = urls.flatMap(({ forms }) => forms);

/** As Markdown. */
export const lakeUrlWords: string = lakeUrlForms
  .map((form, at) => `${at === 0 ? '' : at === lakeUrlForms.length - 1 ? ' or ' : ', '}\`${form}\``)
  .join('');
