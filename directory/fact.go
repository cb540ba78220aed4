package directory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
)

// Truths answers many yes-or-no questions of one sort, such as which languages
// are spoken. A key that is missing is unknown, so indexing is always safe:
//
//	o.Access[directory.StepFree] // unknown unless the feed says so
//
// In the nil Truths every key is unknown.
type Truths[K ~string] map[K]sp.Truth

// Any is Yes if one of keys is, No if all of them are, and otherwise Unknown.
// Of no keys it is No.
func (t Truths[K]) Any(keys ...K) sp.Truth {
	answer := sp.No
	for _, k := range keys {
		answer = answer.Or(t[k])
	}
	return answer
}

// All is Yes if all of keys are, No if one of them is, and otherwise Unknown.
// Of no keys it is Yes.
func (t Truths[K]) All(keys ...K) sp.Truth {
	answer := sp.Yes
	for _, k := range keys {
		answer = answer.And(t[k])
	}
	return answer
}

// Extra holds the fields of a record that this package has no place for, as the
// feed wrote them, so that an import loses nothing. Feeds name people there, so
// only the names of the fields are printed; JSON writes it all.
type Extra map[string]json.RawMessage

// Format implements [fmt.Formatter]; every verb prints the names of the fields.
func (e Extra) Format(f fmt.State, _ rune) {
	f.Write(fmt.Append(nil, slices.Sorted(maps.Keys(e))))
}
