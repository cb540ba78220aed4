// Package duplicate finds entries of a directory that may be about one service, and
// remembers what people decided about them.
//
// The same lunch club stands in the council's feed and in the charity's own. Whoever
// searches sees it twice, once with last year's telephone number. But two groups with one
// name, one telephone number and one hall may be two groups, on Tuesday and on Wednesday.
// So a program proposes and people decide, and nothing is ever deleted:
//
//   - [Candidates] returns every [Pair] with a score and the reasons for it. Names alone make no
//     pair, and names that differ in a number, a day of the week or whom they are for are
//     names of different things.
//   - A [Review] is what was decided about a pair, as often as somebody did: an append-only
//     history, saved with [store.Save].
//   - [Links] says which entries are the same according to the reviews. It never joins two
//     that somebody kept apart, whatever links there are around them.
//
// From a directory to the pairs that nobody has looked at:
//
//	for _, pair := range duplicate.Candidates(catalogue) {
//		if review, err := reviews.LoadOrNew(ctx, pair.A, pair.B); err == nil && review.Decision() == "" {
//			fmt.Println(pair.A, pair.B, pair.Score, pair.Reasons)
//		}
//	}
package duplicate
