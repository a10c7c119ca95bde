/** How often an alarm is above its threshold before it goes off. */
export interface Evaluation {
  readonly threshold: number;
  /** Periods that are looked at together. */
  readonly periods: number;
  /** How many of them have to be above. */
  readonly datapoints: number;
}

/**
 * Whether an alarm is off after each period, where values come late.
 *
 * A value that has not come yet counts as nothing, as the alarms fill it: where only the newest is looked at, nothing is
 * ever above. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * @param values one for each period
 * @param late how many periods pass until a value is there
 */
export const evaluate = (values: readonly number[], late: number, evaluation: Evaluation): readonly boolean[] => {
  const { threshold, periods, datapoints } = evaluation;
  return values.map((_, now) => {
    const looked = values.slice(Math.max(0, now - periods + 1), Math.max(0, now - late + 1));
    return looked.filter((value) => value > threshold).length >= datapoints;
  });
};
