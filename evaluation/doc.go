// Package evaluation counts from the event log how a scheme is doing, with the
// uncertainty of every number.
//
// Schemes are judged by percentages that nobody can compare: each scheme counts different people,
// leaves out those who are still waiting, and shows no interval. Here an [Indicator] is one value:
// its words, the facts that it reads, and one rule that answers for each row - yes, no, unknown,
// not yet, or left out, with the reason. So the words of an indicator and its rule stay together.
// Those of the field are in package catalogue; one of your own stands beside them:
//
//	Reads: []evaluation.Fact{facts.Received, facts.Contacted},
//	Rule: func(r evaluation.Row) evaluation.Answer {
//		return r.Within(r.Day(facts.Received), r.Day(facts.Contacted))
//	},
//
// A [Run] reads a log, in any order; [Run.Figures] returns what each indicator found, with
// its interval, its method and its counts. What cannot be estimated says why
// ([stat.Undefined]) and is never NaN. [Run.Report] says what of the log was not counted.
//
//	run, err := evaluation.New(evaluation.Options{AsOf: today}, append(catalogue.All(catalogue.Standards{}), mine)...)
//	err = run.Read(ctx, db.Log(ctx, "", ""), nil)
//	figures, err := run.Figures(ctx)
//
// # Two levels
//
// The first level is facts, one row for each aggregate: a [Table] has its rows, a [Fact] is
// one of its columns. Events are combined by operations such as the earliest of days, in
// which order and repetition make no difference, so that parts of a log merge ([Run.Merge])
// even where they overlap. An event that says that something was entered in error takes its
// rows out from its day on, and not before. Package facts has the tables and facts of the
// pathway.
//
// The second level is [Counts]: whole numbers by indicator and group, without anybody's
// identity, which merge in any order to the bit and are written as bytes or JSON. They
// do not grow with the number of people.
//
// Facts that a run holds are counted once more, for another definition, period or grouping, by
// [Run.CountAs], which reads no event again.
//
// # Groups
//
// [Options.By] groups by any facts: the practice, the month of receipt, or a lookup of
// your own. What is not stated is a group too.
package evaluation
