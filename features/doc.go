// Package features turns what is known of users beside their texts (numbers,
// dates and categories) into vectors that can stand beside those of texts.
//
// A [Collector] takes rows of users, a value a column. [Fit] learns from the
// Table of its users how each column becomes numbers, and returns an [Encoder],
// which applies the same to other users and can be saved as JSON:
//
//	c := features.NewCollector(columns) // []Column, such as features.Named("plan", "age")
//	c.Add(user, get)                    // once a row; get looks up the value of a column
//	t := c.Table()
//	e, err := features.Fit(t, features.Options{Columns: columns}, nil)
//	x, err := e.Transform(t) // [users, e.Dim()]
//
// The rules:
//
//   - Several rows of a user are combined into one value, whatever their order:
//     the mean of numbers, the latest of dates, the most frequent category (the
//     first in the order of bytes if several are). See [Take] for others.
//   - Numbers are scaled robustly: the median is subtracted and the result
//     divided by the interquartile range (IQR) / 1.349, which is the standard deviation for a normal
//     distribution; values beyond 4 are set to 4. If the IQR is 0, the range from
//     the 5th to the 95th percentile over 3.29 takes its place, or the standard
//     deviation if that is 0, too.
//   - Heavy tails come first: if no value is negative and the 95th percentile is
//     more than three times as far above the median as the 5th is below it, a
//     value x becomes log(1 + x/u), u being the median of the positive values.
//   - Dates are numbers of days, scaled in the same way, never by logarithm.
//   - Categories get a column a level, 1 or 0. Levels held by fewer than 1 % of
//     users, or by one, and those beyond the number allowed are merged.
//   - A missing number or date is the median with a 1 in a column that says that
//     it is missing; a missing category is a level. Levels that Fit has not seen
//     are the merged level, or missing.
//   - Every feature's columns are centred and scaled together, so that users'
//     mean squared distance from the mean is 1 / (number of features): none
//     counts for more because it has more levels (as in the factor analysis of
//     mixed data: Pagès, Analyse factorielle de données mixtes, 2004).
//   - A user of whom no feature is known is at the mean.
package features
