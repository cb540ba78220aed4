// Package measure scores the questionnaires that social prescribing asks:
// wellbeing, loneliness, mood, quality of life.
//
// An [Instrument] is data: items, scales, bands, cut-offs, how much change means
// something, and the licence. [Shipped] has those whose rules a published source
// states, with their wording only where its owner lets it be passed on. Others
// are read from JSON and checked with [Instrument.Check].
//
//	phq, _ := measure.Find("phq-9")
//	result, err := phq.Score(measure.Answers{"1": 2, "2": 1, "9": 1})
//	score, err := result.Of("total")            // *measure.Refusal: no answer to 3, 4, 5, 6, 7, 8
//	result.Alert("self-harm")                  // yes, whatever the total
//
// No missing answer is filled in silently. Where the rules of an instrument let
// an item be missing, or the caller asks for it with [Instrument.Prorated], the
// score says how many were; otherwise there is a [Refusal] that names them, and
// the other scales are still scored. An alert whose question was not answered is
// unknown, not no.
//
// A [Score] carries the version of the rules it was made under, and scores under
// different rules do not compare: [Instrument.Change] refuses them. An index,
// such as that of EQ-5D, is made with a [ValueSet] that the caller must choose.
//
// Instruments are plain values: share one between goroutines as long as none
// changes it.
package measure
