import { shrink } from './disturbances.ts';
import { addFigures, type Figures, NO_FIGURES } from './figures.ts';
import { playSeed } from './random-schedule.ts';

/** Plays a row of seeds. @returns what did not hold, each with the seed and the shortest schedule found that shows it */
export const playSeeds = async (
  firstSeed: number,
  seeds: number,
): Promise<{ readonly broken: ReadonlyMap<string, string>; readonly figures: Figures }> => {
  const broken = new Map<string, string>();
  let figures = NO_FIGURES;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const played = await playSeed(seed);
    figures = addFigures(figures, played.figures);
    for (const sentence of played.broken) {
      if (broken.has(sentence)) continue;
      const shortest = await shrink((only) => playSeed(seed, only), sentence, played.happened);
      broken.set(sentence, `seed ${seed}: ${shortest.join(', ') || 'nothing that disturbs'}`);
    }
  }
  return { broken, figures };
};
