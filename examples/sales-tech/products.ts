/** The 400 products of the shop; reference/products.csv is written from this list. */
import { seededRandom } from './random.js';

export interface Product {
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly brand: string;
  readonly listPriceCents: number;
}

const brands = ['Araucária', 'Cajuína', 'Guará', 'Ipê', 'Jatobá', 'Pampa', 'Sabiá', 'Tupã'];

/** Category, kinds of product, and the range of list prices in reais. */
const categories: readonly [string, readonly string[], number, number][] = [
  ['notebooks', ['Notebook 14', 'Notebook 15', 'Notebook Gamer', 'Ultrafino'], 2500, 14000],
  ['smartphones', ['Celular', 'Celular Pro', 'Celular Dobrável', 'Celular Básico'], 700, 9000],
  ['monitores', ['Monitor 24', 'Monitor 27', 'Monitor Curvo', 'Monitor 4K'], 600, 5000],
  ['áudio', ['Fone sem Fio', 'Caixa de Som', 'Microfone de Gravação', 'Fone Supra-auricular'], 60, 2500],
  ['periféricos', ['Teclado Mecânico', 'Mouse', 'Webcam', 'Impressora'], 40, 1800],
  ['componentes', ['Placa de Vídeo', 'Memória', 'Unidade de Armazenamento', 'Fonte de Alimentação'], 150, 8000],
  ['redes', ['Roteador', 'Repetidor', 'Switch', 'Placa de Conexão'], 80, 1500],
  ['jogos', ['Console', 'Controle', 'Volante', 'Cadeira'], 120, 5500],
];

const perCategory = 50;

export const products: readonly Product[] = makeProducts();

export function productsCsv(): string {
  const rows = products.map(({ productId, name, category, brand, listPriceCents }) =>
    [productId, name, category, brand, (listPriceCents / 100).toFixed(2)].join(','),
  );
  return ['product_id,name,category,brand,list_price', ...rows, ''].join('\n');
}

function makeProducts(): Product[] {
  const random = seededRandom(400);
  return categories.flatMap(([category, kinds, low, high], place) =>
    Array.from({ length: perCategory }, (_, i) => {
      const brand = random.pick(brands);
      const reais = low + random.below(high - low);
      return {
        productId: `P${String(place * perCategory + i + 1).padStart(4, '0')}`,
        name: `${random.pick(kinds)} ${brand} ${100 + random.below(900)}`,
        category,
        brand,
        listPriceCents: reais * 100 + random.pick([0, 90, 99]),
      };
    }),
  );
}
