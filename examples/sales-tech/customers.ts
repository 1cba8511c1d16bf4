/** The 2,000 customers of the shop; reference/customers.csv is written from this list. */
import { seededRandom } from './random.js';

export interface Customer {
  readonly customerId: string;
  readonly state: string;
  readonly region: string;
  readonly city: string;
  readonly segment: string;
  /** Calendar date, `YYYY-MM-DD`. */
  readonly since: string;
}

/** State, region, largest city, and how often customers live there. */
const places: readonly [string, string, string, number][] = [
  ['SP', 'Sudeste', 'São Paulo', 22],
  ['MG', 'Sudeste', 'Belo Horizonte', 10],
  ['RJ', 'Sudeste', 'Rio de Janeiro', 8],
  ['ES', 'Sudeste', 'Vitória', 2],
  ['BA', 'Nordeste', 'Salvador', 7],
  ['PE', 'Nordeste', 'Recife', 5],
  ['CE', 'Nordeste', 'Fortaleza', 4],
  ['MA', 'Nordeste', 'São Luís', 3],
  ['PB', 'Nordeste', 'João Pessoa', 2],
  ['RS', 'Sul', 'Porto Alegre', 5],
  ['PR', 'Sul', 'Curitiba', 6],
  ['SC', 'Sul', 'Florianópolis', 4],
  ['GO', 'Centro-Oeste', 'Goiânia', 4],
  ['DF', 'Centro-Oeste', 'Brasília', 2],
  ['MT', 'Centro-Oeste', 'Cuiabá', 2],
  ['PA', 'Norte', 'Belém', 4],
  ['AM', 'Norte', 'Manaus', 2],
];

const segments = ['consumidor', 'consumidor', 'consumidor', 'empresa', 'educação'];
const customerCount = 2000;

export const customers: readonly Customer[] = makeCustomers();

export function customersCsv(): string {
  const rows = customers.map(({ customerId, state, region, city, segment, since }) =>
    [customerId, state, region, city, segment, since].join(','),
  );
  return ['customer_id,state,region,city,segment,since', ...rows, ''].join('\n');
}

function makeCustomers(): Customer[] {
  const random = seededRandom(2000);
  const homes = places.flatMap((place) => Array.from({ length: place[3] }, () => place));
  return Array.from({ length: customerCount }, (_, i) => {
    const [state, region, city] = random.pick(homes);
    const since = `${2015 + random.below(10)}-${twoDigits(1 + random.below(12))}-${twoDigits(1 + random.below(28))}`;
    return {
      customerId: `C${String(i + 1).padStart(5, '0')}`,
      state,
      region,
      city,
      segment: random.pick(segments),
      since,
    };
  });
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
